import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { processRequest } from 'graphql-upload-minimal';
import type { GraphQLParams } from 'graphql-yoga';
import { BodyFault, faultOfParser } from './body-fault.ts';
import { contentTypeOf } from './multipart-boundary.ts';
import type { UploadLimits } from './upload-limits.ts';

/** An operation that is being read. */
export interface OperationReading {
  /** The busboy of graphql-upload-minimal: it wants the body, and gets none by itself. */
  readonly parser: Writable;
  /**
   * Resolves behind `map`, with an `Upload` in the place of each file.
   * @throws {BodyFault}
   */
  readonly operation: Promise<GraphQLParams>;
}

/**
 * Has graphql-upload-minimal read `operations` and `map`.
 *
 * @param onMap gets both before the library acts on them
 * @throws {BodyFault} and what `onMap` throws: by the parser's `write`
 */
export function readOperation(boundary: string, { maxFieldBytes }: Pick<UploadLimits, 'maxFieldBytes'>, onMap: (operations: object, map: object) => void): OperationReading {
  let parser: Writable | undefined;
  const request = {
    headers: { 'content-type': contentTypeOf(boundary) },
    pipe: (to: Writable): void => void (parser = to),
    // Whoever feeds the parser does all of this.
    unpipe(): void {},
    resume(): void {},
    once(): void {},
  };
  // No file size limit: the library would cut a longer file at it and report success. Its other limits refuse their own values.
  const options = { maxFieldSize: maxFieldBytes + 1 };
  const operation = processRequest(request as unknown as IncomingMessage, undefined as unknown as ServerResponse, options).catch((error: Error) => {
    throw faultOfParser(error);
  });
  if (parser === undefined) throw new Error('graphql-upload-minimal has no parser');

  let operations: unknown;
  parser.prependListener('field', (name: string, value: string) => {
    if (name === 'operations') operations = parseJson(value);
    if (name !== 'map') return;
    const map = parseJson(value);
    if (isJsonObject(operations) && isJsonObject(map)) onMap(operations, map); // the library refuses others with a message of its own
  });
  parser.on('fieldsLimit', () => {
    throw new BodyFault('malformed', 'Expected the fields operations and map but received another one');
  });
  return { parser, operation: operation as Promise<GraphQLParams> };
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
