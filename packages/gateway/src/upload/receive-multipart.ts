import type { IncomingMessage, ServerResponse } from 'node:http';
import { FileTooLargeError, UploadInterruptedError } from '@slimface/core';
import type { GraphQLParams } from 'graphql-yoga';
import { askForBody } from '../http/continue.ts';
import { BodyFault } from './body-fault.ts';
import { shareFor } from './body-share.ts';
import type { ByteBudget } from './byte-budget.ts';
import { checkMap, type FilePlace, replaceAt } from './check-map.ts';
import { createIncomingFiles } from './incoming-files.ts';
import { readBoundary } from './multipart-boundary.ts';
import { readOperation } from './read-operation.ts';
import { readParts } from './read-parts.ts';
import { ReceivedFile } from './received-file.ts';
import { toOperationError, toRequestError } from './upload-errors.ts';
import { bytesBeforeFiles, limitsForFiles, type UploadLimits } from './upload-limits.ts';

/** What bounds an upload, and who counts it. */
export interface ReceiveOptions {
  readonly limits: UploadLimits;
  /** Bytes that all uploads of the process share. */
  readonly budget: ByteBudget;
  /** Who sent the request, as `countedAs` says. */
  readonly caller: string;
  /** Gets the size of each chunk of the body that is read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a GraphQL multipart request as far as its operation, and returns that with a `ReceivedFile` in place of each file.
 *
 * There the request waits: whether the caller may ask for anything, and whether there is a place for its photos, is
 * decided before they come in. The first resolver that takes a file has all of them read, in the order in which they
 * come, so that resolvers who want them in another order do not wait for each other. No file is handed over before the
 * last byte of the body: a fault anywhere in it is the answer to all of it. How long the body may be follows from the
 * number of files in `map`. More files than may be are none of its faults before one of them is taken, so that an operation
 * can refuse them in its own words.
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

async function readToMap(req: IncomingMessage, res: ServerResponse, { limits, budget, caller, onBytes }: ReceiveOptions): Promise<GraphQLParams> {
  const boundary = readBoundary(req.headers['content-type']);
  const share = shareFor(req, res, { budget, caller });
  const files = createIncomingFiles(limits);
  const maxBytesBeforeFiles = bytesBeforeFiles(limits);
  let places: readonly FilePlace[] | undefined;

  const { parser, operation } = readOperation(boundary, limits, (operations, map) => {
    places = checkMap(operations, map);
    files.expect(places.map(({ name }) => name));
    reading.pause();
  });
  askForBody(req, res); // nobody knows before what is asked for
  const reading = readParts(req, parser, {
    boundary,
    limits,
    onFile: files.sinkFor,
    onBytes(bytes) {
      onBytes?.(bytes);
      // By what came before: the chunk in which `map` ends may bring as much of the files as it likes.
      if (places === undefined && share.received > maxBytesBeforeFiles) throw new BodyFault('body too long', `Expected operations and map within ${maxBytesBeforeFiles} bytes but received more than that without them`);
      share.arrived(bytes);
    },
  });
  const complete = reading.done.then(files.checkComplete);
  complete.catch(files.drop);
  res.once('finish', () => reading.stop(() => new UploadInterruptedError('it was answered before its end')));

  const begin = (): Promise<void> => {
    const count = places?.length ?? 0;
    try {
      if (count > limits.maxFiles) throw new BodyFault('body too long', `Expected at most ${limits.maxFiles} files in one request but received ${count}`);
      share.begin(limitsForFiles(limits, count));
      reading.resume();
    } catch (error) {
      reading.stop(error as Error);
    }
    return complete;
  };
  let allRead: Promise<void> | undefined;
  const take = async (name: string): Promise<Uint8Array> => {
    try {
      await (allRead ??= begin());
      return files.take(name);
    } catch (error) {
      throw toOperationError(isTooLong(error) && places?.length === 1 ? new FileTooLargeError({ maxBytes: Math.min(limits.maxFileBytes, limits.maxBodyBytes) }, { cause: error }) : error);
    }
  };

  await Promise.race([operation, reading.done]); // the library does not hear of a client that leaves
  const params = await operation;
  for (const { name, keys } of places ?? []) replaceAt(params, keys, new ReceivedFile(() => take(name)));
  return params;
}

function isTooLong(error: unknown): boolean {
  return error instanceof BodyFault && error.kind === 'body too long';
}
