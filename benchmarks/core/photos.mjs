import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';

/**
 * A JPEG of just the given length: a small picture, filled up with comments, of which the last ends in `number`.
 * A client reads its header and sends the rest, so what is in it does not matter.
 */
export async function makeJpeg(length, number) {
  const picture = await sharp({ create: { width: 1000, height: 750, channels: 3, background: '#a98' } }).jpeg().toBuffer();
  const start = picture.subarray(0, 2);
  const comments = [];
  for (let left = length - picture.length; left >= 5; ) {
    const size = Math.min(left, 65_000);
    const comment = randomFillSync(Buffer.alloc(size));
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(size - 2, 2);
    comment.writeUInt8(number, size - 1);
    comments.push(comment);
    left -= size;
  }
  return Buffer.concat([start, ...comments, picture.subarray(2)]);
}
