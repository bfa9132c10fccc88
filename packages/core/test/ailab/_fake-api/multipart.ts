/** One part of a multipart/form-data body, as it was on the wire. */
export interface Part {
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly type: string | undefined;
  readonly bytes: Buffer;
}

/** Takes a body apart by its boundary. Nothing when the type is another or a boundary is missing: a test then sees no parts. */
export function parseMultipart(contentType: string | undefined, body: Buffer): Part[] {
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)"?$/.exec(contentType ?? '')?.[1];
  if (boundary === undefined) return [];
  const parts: Part[] = [];
  const separator = Buffer.from(`\r\n--${boundary}`);
  // The first boundary has no line before it.
  const bytes = Buffer.concat([Buffer.from('\r\n'), body]);
  let start = bytes.indexOf(separator);
  while (start !== -1) {
    const end = bytes.indexOf(separator, start + separator.length);
    if (end === -1) return bytes.subarray(start + separator.length).toString('latin1').startsWith('--') ? parts : [];
    parts.push(parsePart(bytes.subarray(start + separator.length + 2, end)));
    start = end;
  }
  return [];
}

function parsePart(bytes: Buffer): Part {
  const blank = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, blank).toString('utf8');
  return {
    name: /;\s*name="([^"]*)"/i.exec(head)?.[1],
    filename: /;\s*filename="([^"]*)"/i.exec(head)?.[1],
    type: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim(),
    bytes: bytes.subarray(blank + 4),
  };
}
