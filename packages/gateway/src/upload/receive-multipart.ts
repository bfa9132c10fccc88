import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { processRequest, type Upload } from 'graphql-upload-minimal';
import type { GraphQLParams } from 'graphql-yoga';
import { checkMap, type FilePlace, replaceAt } from './check-map.ts';
import { feedParser } from './feed-parser.ts';
import { receiveFile } from './received-file.ts';
import { badMultipart, payloadTooLarge } from './upload-errors.ts';
import type { UploadLimits } from './upload-limits.ts';

/**
 * Reads a GraphQL multipart request to its end and returns its operation with a `ReceivedFile` in place of each file.
 *
 * The operation starts only after the last byte: files may arrive in any order, and a fault anywhere in the body is
 * an answer of its own. Nothing is lost by waiting, since an engine needs the whole image.
 *
 * @param onBytes gets the size of each chunk of the body; what it throws is the answer
 * @throws {GraphQLError} code `BAD_MULTIPART_REQUEST`, `PAYLOAD_TOO_LARGE` or `UPLOAD_INTERRUPTED`
 */
export async function receiveMultipart(req: IncomingMessage, limits: UploadLimits, onBytes?: (bytes: number) => void): Promise<GraphQLParams> {
  let places: readonly FilePlace[] = [];
  let fed: Promise<void> | undefined;
  const body = {
    headers: { ...req.headers, 'content-type': spelledForLibrary(req.headers['content-type']) },
    pipe(parser: Writable): void {
      checkParts(parser, (found) => (places = found));
      fed = feedParser(req, parser, { maxBytes: limits.maxBodyBytes, maxIdleMs: limits.maxIdleMs, onBytes });
    },
    // feedParser does all of this.
    unpipe(): void {},
    resume(): void {},
    once(): void {},
  };

  const receive = async (): Promise<GraphQLParams> => {
    // No file size limit: the library would cut a longer file at it and report success. feedParser bounds the body.
    const options = { maxFieldSize: limits.maxFieldBytes, maxFiles: limits.maxFiles };
    const operation = (await processRequest(body as unknown as IncomingMessage, undefined as unknown as ServerResponse, options)) as GraphQLParams;
    await Promise.all(
      places.map(async ({ name, keys }) => {
        const upload = replaceAt(operation, keys, null) as Upload;
        replaceAt(operation, keys, await receiveFile(upload, name, limits.maxFileBytes));
      }),
    );
    return operation;
  };

  try {
    const received = receive();
    const [operation] = await Promise.all([received, fed]);
    return operation;
  } catch (error) {
    throw toGraphQLError(error);
  }
}

/** Has `map` checked, and refuses a part that it does not name, before the library's own listeners see them. */
function checkParts(parser: Writable, onPlaces: (places: FilePlace[]) => void): void {
  let operations: unknown;
  let awaited: Set<string> | undefined;

  parser.prependListener('field', (name: string, value: string, { valueTruncated }: { valueTruncated: boolean }) => {
    if (valueTruncated) return;
    if (name === 'operations') operations = parseJson(value);
    if (name !== 'map') return;
    const map = parseJson(value);
    if (!isJsonObject(operations) || !isJsonObject(map)) return; // the library refuses both with a message of its own
    const places = checkMap(operations, map);
    awaited = new Set(places.map((place) => place.name));
    onPlaces(places);
  });

  parser.prependListener('file', (name: string | undefined, stream: Readable) => {
    stream.on('error', () => {}); // a part that nobody reads breaks off with the body, too
    if (awaited === undefined || (name !== undefined && awaited.delete(name))) return;
    throw badMultipart(`Expected one file part for each name in map but received another one named ${JSON.stringify(name ?? null).slice(0, 60)}`);
  });
}

/** The library compares the media type letter by letter; media types are the same in any case (RFC 9110, 8.3.1). */
function spelledForLibrary(contentType = ''): string {
  if (!/;\s*boundary=/i.test(contentType)) throw badMultipart(`Expected content type multipart/form-data with a boundary but received ${JSON.stringify(contentType)}`);
  return contentType.replace(/^\s*multipart\/form-data\s*;?/i, 'multipart/form-data;');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The library's own errors carry an HTTP status; those without come from its parser. */
function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof Error && 'extensions' in error) return error as GraphQLError;
  const { message, status } = error as Error & { status?: number };
  if (status === 413) return payloadTooLarge(message);
  return badMultipart(status === undefined ? `Expected a well-formed multipart body but received one with a fault: ${message}` : message);
}
