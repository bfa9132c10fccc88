import { picture } from '../../_images.ts';

/** What is sent: a picture that the API's requirements allow. */
export const jpeg: Buffer = await picture(200, 150).jpeg().toBuffer();
export const png: Buffer = await picture(200, 150).png().toBuffer();

/** What comes back: another picture, so that nobody can mistake one for the other. */
export const slimmed: Buffer = await picture(160, 130).jpeg().toBuffer();
export const slimmedPng: Buffer = await picture(160, 130).png().toBuffer();

/**
 * A picture with so many bytes behind it that they do not fit between two sockets. It passes nobody's preflight.
 */
export const heavy: Buffer = Buffer.concat([jpeg, Buffer.alloc(32_000_000)]);

/** As many pictures as asked for, each with other bytes. */
export function distinct(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.concat([jpeg, Buffer.from([i])]));
}
