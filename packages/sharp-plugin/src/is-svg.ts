/** Whether bytes are an SVG: a vector image, of which sharp would make pixels and hosts expect it back as it is. */
export function isSvg(bytes: Uint8Array): boolean {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).toString('latin1');
  return /^(?:\u00ef\u00bb\u00bf)?\s*<(?!!doctype html|html)/i.test(beginning) && /<svg[\s>]/i.test(beginning);
}
