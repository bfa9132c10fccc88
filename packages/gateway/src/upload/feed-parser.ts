import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { payloadTooLarge, uploadInterrupted } from './upload-errors.ts';

/**
 * Writes the body of `req` to `parser` and resolves when the parser has worked through all of it.
 *
 * In place of `req.pipe(parser)`: a listener of the parser that throws would then throw in the socket's data event
 * and end the process. Here each chunk is written alone, and what is thrown meanwhile rejects.
 *
 * @throws {GraphQLError} code `PAYLOAD_TOO_LARGE` beyond `maxBytes`, `UPLOAD_INTERRUPTED` when the client leaves
 */
export function feedParser(req: IncomingMessage, parser: Writable, maxBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;

    const onData = (chunk: Buffer): void => {
      received += chunk.byteLength;
      if (received > maxBytes) return stop(payloadTooLarge(`Expected a body of at most ${maxBytes} bytes but received more than that`));
      req.pause();
      try {
        parser.write(chunk, (error) => (error ? stop(error) : req.resume()));
      } catch (error) {
        stop(error);
      }
    };
    const onEnd = (): void => {
      parser.end();
    };
    const onClose = (): void => {
      if (!req.readableEnded) stop(uploadInterrupted(received));
    };
    const stop = (error?: unknown): void => {
      req.off('data', onData).off('end', onEnd).off('close', onClose);
      parser.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };

    // Stays for good: the parser can report a damaged part header more than once.
    parser.on('error', stop);
    parser.once('close', () => stop());
    req.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
