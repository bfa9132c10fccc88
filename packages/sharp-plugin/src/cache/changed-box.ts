import type { PixelBuffer } from '@slimface/core';

/** A box of whole pixels. */
export interface ChangedBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The box of two images that are alike. */
export const nothing: ChangedBox = { left: 0, top: 0, width: 0, height: 0 };

/** The smallest box outside which two images of the same form are alike, byte for byte. */
export function changedBox(a: PixelBuffer, b: PixelBuffer): ChangedBox {
  const { data: before, rowBytes, pixelBytes } = bytesOf(a);
  const { data: after } = bytesOf(b);
  const isAlike = (start: number, end: number): boolean => before.compare(after, start, end, start, end) === 0;
  const isRowAlike = (row: number): boolean => isAlike(row * rowBytes, (row + 1) * rowBytes);
  let top = 0;
  while (top < a.height && isRowAlike(top)) top++;
  if (top === a.height) return nothing;
  let bottom = a.height;
  while (isRowAlike(bottom - 1)) bottom--;
  // Whole stretches are compared first: most rows do not make the box any wider.
  let [left, right] = [rowBytes, 0];
  for (let start = top * rowBytes; start < bottom * rowBytes; start += rowBytes) {
    if (!isAlike(start, start + left)) for (left = 0; before[start + left] === after[start + left];) left++;
    if (!isAlike(start + right, start + rowBytes)) for (right = rowBytes; before[start + right - 1] === after[start + right - 1];) right--;
  }
  left = Math.floor(left / pixelBytes);
  return { left, top, width: Math.ceil(right / pixelBytes) - left, height: bottom - top };
}

/** The samples of an image as bytes, and how long its rows and pixels are in them. */
export function bytesOf({ data, width, channels }: PixelBuffer): { data: Buffer; rowBytes: number; pixelBytes: number } {
  const pixelBytes = channels * data.BYTES_PER_ELEMENT;
  return { data: Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength), rowBytes: width * pixelBytes, pixelBytes };
}
