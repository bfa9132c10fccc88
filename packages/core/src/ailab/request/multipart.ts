import { randomUUID } from 'node:crypto';
import type { SentImage } from '../answer/refusal.ts';

/** A request body that can be sent once. */
export interface Upload {
  readonly headers: { readonly 'content-type': string; readonly 'content-length': string };
  /** The parts in order. The image is handed over as it is, not copied. */
  body(): AsyncGenerator<Uint8Array>;
  /** Bytes that the connection took so far; the last ones may still be on their way. */
  bytesSent(): number;
  /** Whether the connection took everything, so that the other side may have it. */
  isSent(): boolean;
}

const lastPieceBytes = 2 ** 13;
const extensions: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png' };

/**
 * Encodes an image and the degree as `multipart/form-data` with a known length. Written by hand because undici's own way
 * depends on which `FormData` meets which `fetch` on which line of Node: some pairs hang, others send "[object FormData]".
 *
 * The part's type and file name follow the image's first bytes: the API goes by them, and answers 502 when they lie.
 *
 * @param about.mediaType what the first bytes say; absent when they say nothing that is known
 */
export function encodeUpload(image: Uint8Array, { slimDegree, mediaType = 'application/octet-stream' }: Pick<SentImage, 'slimDegree' | 'mediaType'>): Upload {
  const boundary = `slimface-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\n` +
      'Content-Disposition: form-data; name="slim_degree"\r\n\r\n' +
      `${toDecimal(slimDegree)}\r\n` +
      `--${boundary}\r\n` +
      `Content-Disposition: form-data; name="image"; filename="image.${extensions[mediaType] ?? 'bin'}"\r\n` +
      `Content-Type: ${mediaType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  let bytesSent = 0;
  let handedOver = false;
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.byteLength + image.byteLength + tail.byteLength),
    },
    async *body() {
      // When a connection breaks, undici asks for one more part before it notices. With a part between what is on its way
      // and the end, that is not taken for the end of the upload. That part is small enough for the connection to take it
      // without a wait, and a copy: once the end is on offer, nothing refers to the caller's memory any more.
      const split = image.byteLength > 2 * lastPieceBytes ? image.byteLength - lastPieceBytes : 0;
      for (const part of [head, image.subarray(0, split), Buffer.from(image.subarray(split)), tail]) {
        // Once the end is on offer nobody can tell any more whether it arrived.
        handedOver = part === tail;
        yield part;
        bytesSent += part.byteLength;
      }
    },
    bytesSent: () => bytesSent,
    isSent: () => handedOver,
  };
}

/** A degree in decimal notation: `String` would write small numbers as 1e-7, which not every parser reads. */
function toDecimal(value: number): string {
  return String(value).includes('e') ? value.toFixed(20) : String(value);
}
