import type { ImageMediaType } from '../../requirements.ts';
import { pngSignatureLength } from '../../inspect/png.ts';

/** Watches an image pass by and knows when it has seen all of it. */
export interface ImageEnd {
  /** Whether the image is complete. What comes behind it, such as padding, does not matter. */
  readonly reached: boolean;
  push(chunk: Uint8Array): void;
}

/**
 * What to do next: pass over `skip` bytes, then take `take` bytes and ask `next` about them; or look for the next
 * occurrence of two bytes; or stop.
 */
type Step = { readonly skip: number; readonly take: number; next(taken: Uint8Array): Step } | 'find end of image' | 'end';

const EOI = Buffer.from([0xff, 0xd9]);
const SOS = 0xda;

/**
 * Finds the end of an image by its structure. A valid image always reaches its end, whatever is behind it and however it
 * is cut into chunks.
 */
export function createImageEnd(mediaType: ImageMediaType): ImageEnd {
  let step = mediaType === 'image/png' ? pngChunk(pngSignatureLength) : jpegMarker(2);
  let passed = 0; // bytes of the current step that are done
  const taken = new Uint8Array(8);
  let lastByte = 0;

  function push(chunk: Uint8Array): void {
    let at = 0;
    while (typeof step === 'object') {
      const { skip, take } = step;
      const skipped = Math.min(Math.max(skip - passed, 0), chunk.length - at);
      at += skipped;
      passed += skipped;
      while (passed >= skip && passed < skip + take && at < chunk.length) taken[passed++ - skip] = chunk[at++]!;
      if (passed < skip + take) return;
      step = step.next(taken);
      passed = 0;
    }
    if (step === 'find end of image' && hasEnd(chunk.subarray(at))) step = 'end';
  }

  /** From the last byte to the first: that is where the end of a whole image is, save for what is behind it. */
  function hasEnd(pixels: Uint8Array): boolean {
    const isSplit = lastByte === EOI[0] && pixels[0] === EOI[1];
    lastByte = pixels.at(-1) ?? lastByte;
    return isSplit || Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength).lastIndexOf(EOI) >= 0;
  }

  return {
    get reached() {
      return step === 'end';
    },
    push,
  };
}

/** A chunk is a length, a type, data and a checksum (PNG specification, section 5.3). */
function pngChunk(skip: number): Step {
  return {
    skip,
    take: 8,
    next(taken) {
      const data = new DataView(taken.buffer).getUint32(0);
      const isLast = String.fromCharCode(...taken.subarray(4)) === 'IEND';
      return isLast ? { skip: data, take: 4, next: () => 'end' } : pngChunk(data + 4);
    },
  };
}

/**
 * The segments before the pixels are passed over by their lengths: a thumbnail in one of them has an end of its own.
 * Behind the first SOS, FF D9 cannot be part of the pixels (ITU-T T.81, B.1.1.5).
 */
function jpegMarker(skip: number): Step {
  return { skip, take: 2, next: ([first, marker]) => (first === 0xff ? afterMarker(marker!) : 'find end of image') };
}

function afterMarker(marker: number): Step {
  if (marker === EOI[1]) return 'end';
  // A fill byte, of which there may be any number; what the marker is comes behind them.
  if (marker === 0xff) return { skip: 0, take: 1, next: ([follower]) => afterMarker(follower!) };
  if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) return jpegMarker(0); // TEM, RSTn, SOI: no length field
  return {
    skip: 0,
    take: 2,
    next([high, low]) {
      const rest = Math.max(0, ((high! << 8) | low!) - 2);
      return marker === SOS ? { skip: rest, take: 0, next: () => 'find end of image' } : jpegMarker(rest);
    },
  };
}
