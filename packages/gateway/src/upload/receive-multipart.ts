import type { IncomingMessage, ServerResponse } from 'node:http';
import { UploadInterruptedError } from '@slimface/core';
import type { GraphQLParams } from 'graphql-yoga';
import { shareFor } from './body-share.ts';
import type { ByteBudget } from './byte-budget.ts';
import { checkMap, type FilePlace, replaceAt } from './check-map.ts';
import { createIncomingFiles } from './incoming-files.ts';
import { readBoundary } from './multipart-boundary.ts';
import { readOperation } from './read-operation.ts';
import { readParts } from './read-parts.ts';
import { ReceivedFile } from './received-file.ts';
import { toOperationError, toRequestError } from './upload-errors.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What bounds an upload, and who counts it. */
export interface ReceiveOptions {
  readonly limits: UploadLimits;
  /** Bytes that all uploads of the process share. */
  readonly budget: ByteBudget;
  /** Gets the size of each chunk of the body that is read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a GraphQL multipart request as far as its operation, and returns that with a `ReceivedFile` in place of each file.
 *
 * There the request waits: whether the caller may ask for anything, and whether there is a place for its photos, is
 * decided before they come in. The first resolver that takes a file has all of them read, in the order in which they
 * come, so that resolvers who want them in another order do not wait for each other. No file is handed over before the
 * last byte of the body: a fault anywhere in it is the answer to all of it.
 *
 * @throws {GraphQLError} code `BAD_MULTIPART_REQUEST`, `PAYLOAD_TOO_LARGE` or `UPLOAD_INTERRUPTED`
 */
export async function receiveMultipart(req: IncomingMessage, res: ServerResponse, options: ReceiveOptions): Promise<GraphQLParams> {
  try {
    return await readToMap(req, res, options);
  } catch (error) {
    throw toRequestError(error);
  }
}

async function readToMap(req: IncomingMessage, res: ServerResponse, { limits, budget, onBytes }: ReceiveOptions): Promise<GraphQLParams> {
  const boundary = readBoundary(req.headers['content-type']);
  const share = shareFor(req, res, budget);
  const files = createIncomingFiles(limits);
  let places: readonly FilePlace[] = [];

  const { parser, operation } = readOperation(boundary, limits, (operations, map) => {
    places = checkMap(operations, map, limits);
    files.expect(places.map(({ name }) => name));
    reading.pause();
  });
  const reading = readParts(req, parser, {
    boundary,
    limits,
    onFile: (name) => files.sinkFor(name, share.bytesToCome),
    onBytes(bytes) {
      onBytes?.(bytes);
      share.arrived(bytes);
    },
  });
  reading.done.catch(files.drop);
  res.once('finish', () => reading.stop(() => new UploadInterruptedError('it was answered before its end')));

  const begin = (): Promise<void> => {
    try {
      share.begin();
      reading.resume();
    } catch (error) {
      reading.stop(error as Error);
    }
    return reading.done;
  };
  let allRead: Promise<void> | undefined;
  const take = async (name: string): Promise<Uint8Array> => {
    try {
      await (allRead ??= begin());
      return files.take(name);
    } catch (error) {
      throw toOperationError(error);
    }
  };

  await Promise.race([operation, reading.done]); // the library does not hear of a client that leaves
  const params = await operation;
  for (const { name, keys } of places) replaceAt(params, keys, new ReceivedFile(() => take(name)));
  return params;
}
