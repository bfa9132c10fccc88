import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a result URL is about. */
export interface SignedClaim {
  /** Id of the result. */
  readonly id: string;
  /** Last moment at which the URL works, in seconds since 1970. */
  readonly expires: number;
}

/** HMAC-SHA256 over id and expiry, in lower-case hexadecimal: unlike base64 it has one spelling only. */
export function signResult({ id, expires }: SignedClaim, key: Uint8Array): string {
  return createHmac('sha256', key).update(`slimface-result\n${id}\n${expires}`).digest('hex');
}

/** Whether `signature` is the claim's own; it takes the same time wherever the first difference is. */
export function isSignatureValid(claim: SignedClaim, signature: string, key: Uint8Array): boolean {
  const expected = Buffer.from(signResult(claim, key));
  const received = Buffer.from(signature);
  return received.byteLength === expected.byteLength && timingSafeEqual(received, expected);
}
