import type { IncomingMessage } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { BodyFault, faultOfParser } from './body-fault.ts';
import { createMultipartScanner, type PartSink } from './multipart-scanner.ts';
import { type BodyReading, readBody } from './read-body.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What is done with the parts of a body. */
export interface PartsUse {
  readonly boundary: string;
  readonly limits: UploadLimits;
  /** Gets each file part when its header has been read. @returns where its content goes; `undefined`: nowhere @throws what ends the reading */
  onFile(name: string | undefined): PartSink | undefined;
  /** Gets the size of each chunk of the body. @throws what ends the reading */
  onBytes(bytes: number): void;
}

/** Beside the files: the two parts of a GraphQL request, and as many that the client of a form adds on its own. */
const MAX_FIELDS = 4;

const nowhere: PartSink = { write() {}, end() {} };

/** Encodings that are none. Others have no place in forms (RFC 7578, 4.7), and busboy would leave the content as it is. */
const plainEncodings = new Set(['7bit', '8bit', 'binary']);

/**
 * Reads a multipart body: fields through the listeners of `parser`, a busboy, files into their sinks.
 *
 * A listener may `pause`; then nothing behind its field is looked at before `resume`.
 *
 * @throws {UploadInterruptedError | BodyFault} in `done`; also what listeners and `onBytes` throw
 */
export function readParts(req: IncomingMessage, parser: Writable, { boundary, limits, onFile, onBytes }: PartsUse): BodyReading {
  let fault: BodyFault | undefined;
  const toParser = (bytes: Buffer): void => {
    parser.write(bytes);
    if (fault !== undefined) throw fault;
    if (parser.errored) throw faultOfParser(parser.errored);
  };
  const scanner = createMultipartScanner(boundary, toParser, { maxParts: limits.maxFiles + MAX_FIELDS, maxFieldBytes: limits.maxFieldBytes });

  parser.prependListener('file', (name: string | undefined, stream: Readable, { encoding }: { encoding: string }) => {
    stream.on('error', () => {}).resume(); // it gets only the first few bytes, which the parser needed to tell a file from a field
    if (!plainEncodings.has(encoding)) throw new BodyFault('malformed', `Expected files as they are but received one encoded as ${JSON.stringify(encoding.slice(0, 40))}`);
    scanner.divert(onFile(name) ?? nowhere);
  });

  const reading = readBody(req, {
    write: scanner.write,
    end() {
      // It came whole, so that a second try would end here as well.
      if (!scanner.closed) throw new BodyFault('malformed', 'Expected a body that ends with its last boundary but received one without it');
      parser.end();
    },
    onBytes,
    limits,
  });
  // Stays for good: the parser can report a damaged part header more than once.
  parser.on('error', (error: Error) => {
    fault ??= faultOfParser(error);
    reading.stop(fault);
  });
  reading.done.catch(() => parser.destroy());
  return {
    ...reading,
    pause() {
      scanner.hold();
      reading.pause();
    },
  };
}
