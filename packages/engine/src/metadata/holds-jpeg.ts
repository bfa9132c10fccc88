/** SOI, and the first byte of the marker behind it. */
const start = Buffer.from([0xff, 0xd8, 0xff]);
/** The tables of a JPEG alone take more bytes than that; so small pieces need no look, however many there are. */
const leastBytes = 64;

/** Whether a JPEG starts anywhere in the bytes, which is a picture of the picture where nobody has said that it is something else. */
export function holdsJpeg(bytes: Uint8Array): boolean {
  return bytes.length >= leastBytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(start);
}
