import { withoutXmpPictures } from '@slimface/core';

/** Most bytes of a packet that is looked through; what is larger holds pictures or is meant to keep somebody busy. */
const mostBytes = 2 ** 22;

/** An XMP packet without the pictures in it, and nothing in place of one that is too large to look through. */
export function withoutPictures(packet: Uint8Array): Uint8Array {
  return packet.length > mostBytes ? new Uint8Array() : withoutXmpPictures(packet);
}
