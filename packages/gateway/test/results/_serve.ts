import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSlimmedImage } from '@slimface/core';
import { closeServer, createHttpServer, listen } from '../../src/http/http-server.ts';
import { resultsRoute } from '../../src/results/serve-result.ts';
import { createResultUrl } from '../../src/sign/result-url.ts';
import { createResultStore, type ResultStore } from '../../src/store/result-store.ts';
import type { StoredResult } from '../../src/store/stored-result.ts';

/** Real results behind a real server. */
export interface Served {
  readonly origin: string;
  readonly folder: string;
  readonly store: ResultStore;
  readonly key: Uint8Array;
  /** What the route has thrown. */
  readonly faults: unknown[];
  /** How many answers were cut short. */
  readonly aborted: () => number;
  put(bytes: Uint8Array, about?: { mediaType?: 'image/jpeg' | 'image/png'; id?: string }): Promise<StoredResult>;
  /** Path and query under which a result is served. */
  targetOf(result: Pick<StoredResult, 'id' | 'mediaType' | 'expiresAt'>, key?: Uint8Array): string;
  stop(): Promise<void>;
}

export async function serveResults({ maxBytes = 1e9, keys = [randomBytes(32)], change = (store: ResultStore) => store, now = Date.now } = {}): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'slimface-results-'));
  const store = await createResultStore({ folder, ttlSeconds: 3600, maxBytes, now });
  const faults: unknown[] = [];
  let aborted = 0;
  const route = resultsRoute({ store: change(store), signingKeys: keys });
  const server = createHttpServer(async (req, res) => {
    res.once('close', () => (aborted += res.writableFinished ? 0 : 1));
    const url = new URL(req.url!, 'http://localhost');
    if (!route.matches(url.pathname)) return res.writeHead(404).end();
    try {
      await route.handle(req, res, { url, requestId: 'a-request', caller: undefined });
    } catch (fault) {
      faults.push(fault);
      res.writeHead(500).end();
    }
  });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    origin,
    folder,
    store,
    key: keys[0]!,
    faults,
    aborted: () => aborted,
    put: (bytes, { mediaType = 'image/jpeg', ...about } = {}) =>
      store.put(createSlimmedImage({ mediaType, width: 512, height: 512, faces: [], slimDegree: 1, engine: 'local' }, bytes), { requestId: 'a-request', ...about }),
    targetOf: (result, key = keys[0]!) => createResultUrl(origin, key)(result).slice(origin.length),
    async stop() {
      await closeServer(server, 1000);
      await rm(folder, { recursive: true });
    },
  };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a request whose path is not tidied up first, as `fetch` would. */
export async function ask({ origin }: Served, path: string, { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) });
    });
    sent.once('error', reject).end();
  });
}
