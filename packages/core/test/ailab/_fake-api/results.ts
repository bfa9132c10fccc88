import { drip, misdeclared, reply } from './answers.ts';
import type { Answer, Exchange } from './exchange.ts';

/** Serves a result as it should be. The type is the one that result hosts give: they know no better. */
export function serve(bytes: Buffer, type = 'application/octet-stream'): Answer {
  return reply(200, bytes, { 'content-type': type });
}

/** Serves `size` bytes that begin like the picture, with or without saying how many. */
export function serveMuch(picture: Buffer, size: number, length: 'content-length' | 'chunked'): Answer {
  return async ({ body, response }: Exchange) => {
    await body();
    response.writeHead(200, length === 'content-length' ? { 'content-length': size } : {});
    response.write(picture);
    const block = Buffer.alloc(2 ** 16);
    for (let sent = picture.length; sent < size && !response.destroyed; sent += block.length) {
      if (response.write(block.subarray(0, size - sent))) continue;
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          response.off('drain', goOn).off('close', goOn);
          resolve();
        };
        response.on('drain', goOn).on('close', goOn);
      });
    }
    response.end();
  };
}

/** Serves the first half as if it were all. */
export function serveHalfAsWhole(bytes: Buffer): Answer {
  return serve(bytes.subarray(0, bytes.length >> 1), 'image/jpeg');
}

/** Promises all bytes, serves the first half, and hangs up or falls silent. */
export function serveHalf(bytes: Buffer, ending: 'end' | 'reset' | 'stall'): Answer {
  return misdeclared(bytes.subarray(0, bytes.length >> 1), bytes.length, ending, { 'content-type': 'image/jpeg' });
}

/** Serves all bytes in a few pieces with a pause after each. */
export function serveSlowly(bytes: Buffer, pieces: number, pauseMs: number): Answer {
  const size = Math.ceil(bytes.length / pieces);
  const parts = Array.from({ length: pieces }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  return drip(parts, pauseMs, { 'content-length': bytes.length });
}

/** What object stores say about a signed address whose time is over. */
export const expiredByStore: Answer = storeRefusal(403, 'AccessDenied', 'Request has expired.');

/** What object stores say about an address whose signature does not fit. */
export const deniedByStore: Answer = storeRefusal(403, 'SignatureDoesNotMatch', 'The signature does not match.');

/** A refusal of an object store, in its XML. */
export function storeRefusal(status: number, code: string, message: string): Answer {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n  <Code>${code}</Code>\n  <Message>${message}</Message>\n</Error>\n`;
  return reply(status, xml, { 'content-type': 'application/xml' });
}
