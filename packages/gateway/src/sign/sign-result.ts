import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ImageMediaType } from '@slimface/core';

/** What a result URL is about. */
export interface SignedClaim {
  /** Id of the result. */
  readonly id: string;
  /** Moment from which on the URL does not work any more, in seconds since 1970. */
  readonly expires: number;
  readonly mediaType: ImageMediaType;
}

/** HMAC-SHA-256 over id, expiry and media type, in lower-case hexadecimal: unlike base64 it has one spelling only. */
export function signResult(claim: SignedClaim, key: Uint8Array): string {
  return macOf(claim, key).toString('hex');
}

/**
 * Whether `signature` is the claim's own by any of the keys. It takes the same time wherever the first difference is
 * and whichever key it was made with.
 *
 * @param signature 64 lower-case hexadecimal digits
 */
export function isSignatureValid(claim: SignedClaim, signature: string, keys: readonly Uint8Array[]): boolean {
  const received = Buffer.from(signature, 'hex');
  const matches = keys.map((key) => {
    const expected = macOf(claim, key);
    return received.byteLength === expected.byteLength && timingSafeEqual(received, expected);
  });
  return matches.includes(true);
}

/** The first line keeps this signature from being one of anything else that the key may ever sign. */
function macOf({ id, expires, mediaType }: SignedClaim, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`slimface-result\n${id}\n${expires}\n${mediaType}`).digest();
}
