import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { payloadTooLarge, uploadInterrupted } from './upload-errors.ts';

/** Bounds on the body that `feedParser` reads. */
export interface BodyBounds {
  readonly maxBytes: number;
  /** Longest pause between two chunks, in milliseconds. */
  readonly maxIdleMs: number;
  /** Gets the size of each chunk before the chunk is used; what it throws ends the reading. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Writes the body of `req` to `parser` and resolves when the parser has worked through all of it.
 *
 * In place of `req.pipe(parser)`: a listener of the parser that throws would then throw in the socket's data event
 * and end the process. Here each chunk is written alone, and what is thrown meanwhile rejects.
 *
 * @throws {GraphQLError} code `PAYLOAD_TOO_LARGE` beyond `maxBytes`, `UPLOAD_INTERRUPTED` when the client leaves or
 * sends nothing for `maxIdleMs`
 */
export function feedParser(req: IncomingMessage, parser: Writable, { maxBytes, maxIdleMs, onBytes }: BodyBounds): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;

    const onData = (chunk: Buffer): void => {
      received += chunk.byteLength;
      idle.refresh();
      if (received > maxBytes) return stop(payloadTooLarge(`Expected a body of at most ${maxBytes} bytes but received more than that`));
      req.pause();
      try {
        onBytes?.(chunk.byteLength);
        parser.write(chunk, (error) => (error ? stop(error) : req.resume()));
      } catch (error) {
        stop(error);
      }
    };
    const onEnd = (): void => {
      clearTimeout(idle);
      parser.end();
    };
    const onClose = (): void => {
      if (!req.readableEnded) stop(uploadInterrupted(`the client disconnected after ${received} bytes`));
    };
    const stop = (error?: unknown): void => {
      clearTimeout(idle);
      req.off('data', onData).off('end', onEnd).off('close', onClose);
      parser.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const idle = setTimeout(() => stop(uploadInterrupted(`after ${received} bytes nothing arrived for ${maxIdleMs / 1000} s`)), maxIdleMs);

    // Stays for good: the parser can report a damaged part header more than once.
    parser.on('error', stop);
    parser.once('close', () => stop());
    req.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
