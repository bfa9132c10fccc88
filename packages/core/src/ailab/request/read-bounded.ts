import type { Dispatcher } from 'undici';

/** How much of a body was read, and why not more. */
export interface BoundedBody {
  readonly bytes: Uint8Array;
  readonly end: 'complete' | 'cut' | 'too long';
}

/** Reads a body up to a limit. A connection that breaks, or a longer body, leaves what came until then. */
export async function readBounded(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<BoundedBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const read = (end: BoundedBody['end']): BoundedBody => ({ bytes: Buffer.concat(chunks), end });
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > maxBytes) return read('too long'); // leaving the loop destroys the body and its connection
      chunks.push(chunk);
    }
    return read('complete');
  } catch {
    return read('cut');
  }
}
