import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import busboy from 'busboy';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypeOf, readBoundary } from '../../src/upload/multipart-boundary.ts';
import { createMultipartScanner } from '../../src/upload/multipart-scanner.ts';

interface Part {
  readonly name: string;
  /** Given for files. */
  readonly filename?: string;
  readonly content: Buffer;
}

/** What a body holds in the eyes of a parser, or that it is malformed. */
type Outcome = readonly { name: string; filename: string | undefined; content: string }[] | 'malformed';

const limits = { maxParts: 20, maxFieldBytes: 10_000 };
const parserFor = (boundary: string): Writable => busboy({ headers: { 'content-type': contentTypeOf(boundary) }, limits: { fieldSize: 10_001 } });

/** Busboy alone, which gets the body as a whole: it is the judge. */
async function parse(boundary: string, body: Buffer): Promise<Outcome> {
  const parser = parserFor(boundary);
  const parts: Promise<{ name: string; filename: string | undefined; content: string }>[] = [];
  parser.on('field', (name: string, value: string) => parts.push(Promise.resolve({ name, filename: undefined, content: Buffer.from(value).toString('latin1') })));
  parser.on('file', (name: string, stream: Readable, { filename }: { filename: string }) => {
    const content = buffer(stream);
    content.catch(() => {});
    parts.push(content.then((bytes) => ({ name, filename, content: bytes.toString('latin1') })));
  });
  parser.end(body);
  try {
    await once(parser, 'close');
    return await Promise.all(parts);
  } catch {
    return 'malformed';
  }
}

/** Busboy behind the scanner, which gets the body in `chunks`. */
function scan(boundary: string, chunks: readonly Buffer[]): { outcome: Outcome; toParser: number } {
  const parser = parserFor(boundary);
  const parts: { name: string; filename: string | undefined; content: string }[] = [];
  let toParser = 0;
  let malformed = false;
  parser.on('error', () => (malformed = true));
  parser.on('field', (name: string, value: string) => parts.push({ name, filename: undefined, content: Buffer.from(value).toString('latin1') }));
  parser.on('file', (name: string, stream: Readable, { filename }: { filename: string }) => {
    stream.on('error', () => {}).resume();
    const part = { name, filename, content: '' };
    let ended = false;
    scanner.divert({
      write(bytes) {
        expect(ended).toBe(false);
        part.content += Buffer.from(bytes).toString('latin1');
      },
      end() {
        ended = true;
        parts.push(part);
      },
    });
  });
  const scanner = createMultipartScanner(
    boundary,
    (bytes) => {
      toParser += bytes.byteLength;
      parser.write(bytes);
    },
    limits,
  );
  try {
    for (const chunk of chunks) if (!malformed) scanner.write(chunk);
  } catch {
    malformed = true;
  }
  parser.destroy();
  return { outcome: malformed || !scanner.closed ? 'malformed' : parts, toParser };
}

function split(body: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b);
  return [...places, body.length].map((end, i) => body.subarray(i === 0 ? 0 : places[i - 1], end));
}

function assemble(boundary: string, { preamble, parts, epilogue }: { preamble: string; parts: readonly Part[]; epilogue: string }): Buffer {
  const pieces = parts.flatMap(({ name, filename, content }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: image/jpeg`}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(`--${boundary}--${epilogue}`)]);
}

const boundaries = fc.oneof(
  fc.stringMatching(/^[\w'()+,./:=?-]{1,80}$/),
  fc.stringMatching(/^[ -~]{0,30}[!-~]$/), // not allowed by RFC 2046, and sent all the same
  fc.constantFrom('-', '--', '"', '\\"', '----WebKitFormBoundary7MA4YWxkTrZu0gW', 'x'.repeat(300)),
);

/** Content with whatever looks like a boundary, and never is one. */
const contents = (boundary: string, decode = (bytes: Buffer) => bytes): fc.Arbitrary<Buffer> => {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const alike = fc.oneof(
    fc.constantFrom('\r', '\n', '\r\n', '\r\n\r\n', '\r\n-', '\r\n--', '--', '-', `--${boundary}--`, boundary).map((text) => Buffer.from(text)),
    fc.nat(delimiter.length - 1).map((end) => delimiter.subarray(0, end)),
    fc.nat(delimiter.length - 1).map((start) => delimiter.subarray(start)),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  );
  return fc
    .array(alike, { maxLength: 12 })
    .map((pieces) => decode(Buffer.concat(pieces)))
    .filter((content) => !Buffer.concat([Buffer.from('\r\n'), content, Buffer.from('\r\n')]).includes(delimiter));
};

const bodies = boundaries.chain((boundary) => {
  const file = fc.record({ name: fc.stringMatching(/^\w{1,8}$/), filename: fc.stringMatching(/^\w{1,8}$/), content: contents(boundary) });
  const field = fc.record({ name: fc.stringMatching(/^\w{1,8}$/), content: contents(boundary, (bytes) => Buffer.from(bytes.toString('ascii'))) });
  return fc.record({
    boundary: fc.constant(boundary),
    preamble: fc.constantFrom('', '\r\n', 'a preamble\r\n', '--\r\n', '\r\n\r\n'),
    parts: fc.array(fc.oneof(file, field) as fc.Arbitrary<Part>, { maxLength: 6 }),
    epilogue: fc.constantFrom('', '\r\n', '\r\nan epilogue', `\r\n--${boundary}\r\n`),
    cuts: fc.array(fc.nat(3000), { maxLength: 40 }),
  });
});

describe('a scanner in front of busboy', () => {
  it('reads back the boundary that busboy is given', () => {
    fc.assert(
      fc.property(boundaries, (boundary) => {
        expect(readBoundary(contentTypeOf(boundary))).toBe(boundary);
      }),
    );
  });

  it('finds in any body, split anywhere, what busboy alone finds', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async ({ boundary, cuts, ...rest }) => {
        const body = assemble(boundary, rest);
        const { outcome } = scan(boundary, split(body, cuts));
        expect(outcome).toEqual(await parse(boundary, body));
        expect(outcome).toEqual(rest.parts.map(({ name, filename, content }) => ({ name, filename, content: content.toString('latin1') })));
      }),
      { numRuns: 300 },
    );
  });

  it('sees the same in a body that comes byte by byte', () => {
    fc.assert(
      fc.property(bodies, ({ boundary, ...rest }) => {
        const body = assemble(boundary, rest);
        const bytes = Array.from(body, (_, i) => body.subarray(i, i + 1));
        expect(scan(boundary, bytes).outcome).toEqual(scan(boundary, [body]).outcome);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses malformed bodies, or finds in them what busboy finds, however they are split', async () => {
    const shardsOf = (boundary: string) =>
      fc.constantFrom(
        ...['\r\n', '\n', '--', '-', ' ', 'text', ': ', 'a: b', `\r\n--${boundary}`, `--${boundary}`, `\n--${boundary}\n`, `\r\n--${boundary}\r\n`, `\r\n--${boundary}--`],
        ...['Content-Disposition: form-data; name="x"', 'Content-Disposition: form-data; name="y"; filename="z"', 'Content-Type: application/octet-stream', '\r\n\r\n'],
      );
    const malformed = fc.constantFrom('b', 'abc-abc').chain((boundary) => fc.record({ boundary: fc.constant(boundary), shards: fc.array(shardsOf(boundary), { maxLength: 20 }), cuts: fc.array(fc.nat(600), { maxLength: 20 }) }));
    await fc.assert(
      fc.asyncProperty(malformed, async ({ boundary, shards, cuts }) => {
        const body = Buffer.from(`--${boundary}\r\n${shards.join('')}\r\n--${boundary}--`);
        const { outcome } = scan(boundary, split(body, cuts));
        expect(outcome).toEqual(scan(boundary, [body]).outcome);
        // Nobody looks at what is behind the last boundary; busboy alone would.
        const last = `\r\n--${boundary}--`;
        if (outcome !== 'malformed') expect(outcome).toEqual(await parse(boundary, body.subarray(0, body.indexOf(last) + last.length)));
      }),
      { numRuns: 500 },
    );
  });

  it('is not misled by a hundred boundaries that lack their last character', async () => {
    const boundary = 'a-boundary-as-long-as-a-browser-makes';
    const content = Buffer.from(`\r\n--${boundary.slice(0, -1)}`.repeat(100));
    const body = assemble(boundary, { preamble: '', parts: [{ name: '0', filename: 'photo', content }], epilogue: '' });
    for (const cut of [0, 1000, 2000, 4000, body.length - 20]) expect(scan(boundary, split(body, [cut])).outcome).toEqual(await parse(boundary, body));
  });

  it('lets the content of files pass by the parser', () => {
    const parts = [{ name: 'map', content: Buffer.from('{}') }, { name: '0', filename: 'photo', content: Buffer.alloc(2_000_000, '\r\n--') }];
    const { outcome, toParser } = scan('boundary', split(assemble('boundary', { preamble: `${'x'.repeat(5000)}\r\n`, parts, epilogue: 'x'.repeat(5000) }), [100, 200, 70_000, 1_000_000]));
    expect(outcome).toHaveLength(2);
    expect(toParser).toBeLessThan(400);
  });
});

describe('a content type', () => {
  const accepted: [contentType: string, boundary: string][] = [
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;Boundary=abc', 'abc'],
    [' multipart/form-data ; charset=utf-8 ; boundary=abc ; x=y', 'abc'],
    ['multipart/form-data; boundary="a b:c"', 'a b:c'],
    ['multipart/form-data; boundary="a\\"b"', 'a"b'],
    ['multipart/form-data; x="; boundary=no"; boundary=abc', 'abc'],
    ['multipart/form-data; boundary=a=b/c', 'a=b/c'],
    ['multipart/form-data;; boundary=abc', 'abc'],
  ];
  it.each(accepted)('%s has the boundary %s', (contentType, boundary) => {
    expect(readBoundary(contentType)).toBe(boundary);
  });

  const refused: Record<string, string | undefined> = {
    'no content type': undefined,
    'an empty one': '',
    'one without parameters': 'multipart/form-data',
    'no value': 'multipart/form-data; boundary=',
    'an empty boundary': 'multipart/form-data; boundary=""',
    'a quote without end': 'multipart/form-data; boundary="abc',
    'another subtype': 'multipart/mixed; boundary=abc',
    'a longer subtype': 'multipart/form-data-x; boundary=abc',
    'letters beyond ASCII': 'multipart/form-data; boundary=\u00e9',
    'a space at the end': 'multipart/form-data; boundary="abc "',
    'a long header': `multipart/form-data; ${'x'.repeat(5000)}`,
  };
  it.each(Object.entries(refused))('with %s has none', (_name, contentType) => {
    expect(() => readBoundary(contentType)).toThrow('Expected content type multipart/form-data with a boundary');
  });
});
