const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[\w+/-]{43}=?$/;

/**
 * Reads a signing key that was given as text, e.g. the output of `openssl rand -hex 32` or `openssl rand -base64 32`.
 *
 * @param text 64 hexadecimal digits, or 32 bytes in base64 or base64url; white space around it does not count
 * @throws {Error} anything else; the message does not repeat any of it
 */
export function readSigningKey(text: string): Uint8Array {
  const key = text.trim();
  if (HEX.test(key)) return Buffer.from(key, 'hex');
  if (BASE64.test(key)) return Buffer.from(key, 'base64');
  throw new Error(`Expected a signing key of 64 hexadecimal digits or of 32 bytes in base64 but received ${key.length} characters that are neither`);
}
