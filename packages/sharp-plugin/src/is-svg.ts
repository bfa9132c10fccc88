/** Whether bytes are text in angle brackets. Hosts hand SVG on as it is, while sharp would make pixels of it. */
export function isSvg(bytes: Uint8Array): boolean {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString('latin1');
  return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(beginning);
}
