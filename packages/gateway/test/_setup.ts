import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiRequirements, type FaceSlimmer } from '@slimface/core';
import { createLocalEngine } from '@slimface/engine';
import { createGateway, createHttpServer, type GatewayLogger, type GatewayOptions } from '../src/index.ts';
import { closeServer, listen } from '../src/http/http-server.ts';

const require = createRequire(import.meta.url);

/** The real engine, one for each test file. */
let engine: Promise<FaceSlimmer> | undefined;

export function localEngine(): Promise<FaceSlimmer> {
  engine ??= createLocalEngine({ requirements: apiRequirements });
  return engine;
}

export interface LogLine {
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

export interface RunningGateway {
  /** Address without a path. */
  readonly url: string;
  readonly dataDir: string;
  readonly logged: LogLine[];
  stop(): Promise<void>;
}

/** A gateway behind a real HTTP server on a free port, with a data folder of its own. */
export async function startGateway(options: Partial<GatewayOptions> = {}): Promise<RunningGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'slimface-gateway-'));
  const logged: LogLine[] = [];
  const log = (fields: object, message: string): void => void logged.push({ fields: { ...fields }, message });
  const logger: GatewayLogger = { info: log, error: log };
  const slimmer = options.slimmer ?? (await localEngine());

  const server = createHttpServer((req, res) => gateway.handle(req, res));
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const gateway = await createGateway({ slimmer, dataDir, publicUrl: url, logger, photosPerMinute: 0, selfTest: async () => {}, ...options });
  return {
    url,
    dataDir,
    logged,
    async stop() {
      await closeServer(server, 1000);
      await gateway.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** A photo of this repository. */
export function fixture(name: string): Buffer {
  return readFileSync(fixtureUrl(name));
}

export function hasFixture(name: string): boolean {
  return existsSync(fixtureUrl(name));
}

function fixtureUrl(name: string): URL {
  return new URL(`../../../fixtures/${name}`, import.meta.url);
}

/** A group photo of the npm package face-api, 1 to 6. */
export function groupPhoto(number: number): Buffer {
  return readFileSync(groupPhotoPath(number));
}

export function groupPhotoPath(number: number): string {
  return require.resolve(`@vladmandic/face-api/demo/sample${number}.jpg`);
}

export const slimFaceDocument = /* GraphQL */ `
  mutation ($input: SlimFaceInput!) {
    slimFace(input: $input) {
      __typename
      ... on SlimmedImage { id url mediaType width height byteSize slimDegree engine requestId createdAt expiresAt faces { box { x y width height } slimDegree } }
      ... on SlimFaceError { code message retryable }
      ... on FileTooLargeError { maxBytes byteSize }
      ... on UnsupportedFormatError { accepted detected }
      ... on ResolutionOutOfRangeError { width height minSide maxSide }
      ... on TooManyFacesError { found max }
      ... on FaceTooSmallError { faceWidth faceHeight minFaceSide }
      ... on InvalidSlimDegreeError { min max received }
      ... on InvalidInputError { argument }
      ... on BusyError { retryAfter }
      ... on RateLimitedError { retryAfter }
    }
  }
`;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of any shape: tests look for the one that they expect. */
  readonly body: any;
}

export const guardHeader = { 'x-graphql-yoga-csrf': '1' };

/** A GraphQL multipart request as the specification lays it out. */
export function multipart(operations: unknown, map: unknown, files: Record<string, Uint8Array>): FormData {
  const form = new FormData();
  form.set('operations', typeof operations === 'string' ? operations : JSON.stringify(operations));
  form.set('map', typeof map === 'string' ? map : JSON.stringify(map));
  for (const [name, bytes] of Object.entries(files)) form.set(name, new Blob([new Uint8Array(bytes)]), 'photo');
  return form;
}

/** Sends a photo through the mutation with the platform's own fetch. */
export function slimFace(gateway: RunningGateway, image: Uint8Array, input: Record<string, unknown> = {}, init: RequestInit = {}): Promise<Answer> {
  const operations = { query: slimFaceDocument, variables: { input: { image: null, ...input } } };
  return post(gateway, multipart(operations, { 0: ['variables.input.image'] }, { 0: image }), init);
}

/** Posts a multipart form to `/graphql`. */
export async function post(gateway: RunningGateway, body: FormData, init: RequestInit = {}): Promise<Answer> {
  return answer(await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: guardHeader, body, ...init }));
}

/** Sends a query as JSON. */
export async function query(gateway: RunningGateway, document: string, variables: object = {}): Promise<Answer> {
  return answer(
    await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    }),
  );
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}
