import { BodyFault } from './body-fault.ts';

/** Gets the content of one file part. */
export interface PartSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Splits a multipart body into what a parser has to see and the content of files, which passes it by. */
export interface MultipartScanner {
  /**
   * Works through the next bytes of the body.
   * @returns what is left of them after `hold`
   * @throws {BodyFault}
   */
  write(chunk: Buffer): Buffer | undefined;
  /** For listeners of the parser: content of the part whose header it has just read goes to `sink`, none of it copied. */
  divert(sink: PartSink): void;
  /** For listeners of the parser: stops behind the boundary that is being worked on; `write` goes on from there. */
  hold(): void;
  /** Whether the last boundary has been read. What follows it belongs to nobody (RFC 2046, 5.1.1) and is passed over. */
  readonly closed: boolean;
}

/** What a body may hold. */
export interface ScannerLimits {
  /** Most parts, files included. */
  readonly maxParts: number;
  /** Most bytes of a part that is no file. */
  readonly maxFieldBytes: number;
}

const CR = 13;
const LF = 10;
const DASH = 45;

/** Before the first part; just behind a boundary; in a part's header; in its content, the parser still undecided; in its content; behind the last part. */
type Place = 'preamble' | 'boundary' | 'header' | 'opening' | 'content' | 'epilogue';

/**
 * A parser in JavaScript looks at each byte of a file to find the boundary behind it, which takes longer than all the
 * rest of a request. Here native `indexOf` finds boundaries, and the parser (busboy) gets only what it decides about:
 * boundaries, part headers and the content of fields. What it gets, it gets byte for byte as it came.
 *
 * @param boundary without the dashes before it
 * @param toParser works through its bytes before it returns; in it, listeners of the parser may call `divert` and `hold`
 */
export function createMultipartScanner(boundary: string, toParser: (bytes: Buffer) => void, { maxParts, maxFieldBytes }: ScannerLimits): MultipartScanner {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  /** Bytes of `delimiter` that the last chunk ended with. The first one may do without its line break. */
  let begun = 2;
  let place: Place = 'preamble';
  let sink: PartSink | undefined;
  let held = false;
  let parts = 0;
  /** Behind a boundary: its first byte there. In a header: bytes of the empty line that ends it. */
  let seen = 0;
  /** Bytes of content that the parser was given before it decided; they are those of `delimiter` behind its line break. */
  let openingBytes = 0;
  let fieldBytes = 0;

  /** The parser has decided about a part: its content so far goes to whoever gets the rest. */
  const open = (): void => {
    if (sink !== undefined && openingBytes > 0) sink.write(delimiter.subarray(2, 2 + openingBytes));
    place = 'content';
  };

  const onDelimiter = (): void => {
    if (place === 'boundary' || place === 'header') throw new BodyFault('malformed', 'Expected a part with a header but received one without its end');
    toParser(delimiter);
    if (place === 'opening') open();
    sink?.end();
    sink = undefined;
    place = 'boundary';
    seen = 0;
  };

  const onBoundaryEnd = (byte: number): void => {
    if (seen === 0 && (byte === CR || byte === DASH)) {
      seen = byte;
    } else if (seen === CR && byte === LF) {
      if (++parts > maxParts) throw new BodyFault('malformed', `Expected at most ${maxParts} parts but received more`);
      place = 'header';
      seen = 0;
      openingBytes = 0;
    } else if (seen === DASH && byte === DASH) {
      place = 'epilogue';
    } else {
      throw new BodyFault('malformed', 'Expected a line break or two dashes behind each boundary but received something else');
    }
  };

  /** Works through bytes without a boundary in them. */
  const onData = (bytes: Buffer): void => {
    let at = 0;
    if (place === 'boundary') {
      while (place === 'boundary' && at < bytes.length) onBoundaryEnd(bytes[at++]!);
      toParser(bytes.subarray(0, at));
    }
    if (place === 'header') {
      const start = at;
      // An empty line ends the header: CR LF CR LF.
      while (seen < 4 && at < bytes.length) {
        const byte = bytes[at++];
        seen = byte === (seen % 2 === 0 ? CR : LF) ? seen + 1 : byte === CR ? 1 : 0;
      }
      toParser(bytes.subarray(start, at));
      if (seen < 4) return;
      place = 'opening';
    }
    if (place === 'opening' && at < bytes.length) {
      // The header's last line break could be a boundary's first, so the parser decides at the first byte that no boundary has.
      const start = at;
      for (; at < bytes.length && bytes[at] === delimiter[2 + openingBytes]; at++) openingBytes++;
      const undecided = at === bytes.length;
      toParser(bytes.subarray(start, undecided ? at : at + 1));
      if (undecided) return;
      open();
      if (sink === undefined) {
        at++;
        fieldBytes = openingBytes + 1;
      }
    }
    if (place !== 'content' || at === bytes.length) return;
    if (sink !== undefined) return sink.write(at === 0 ? bytes : bytes.subarray(at));
    fieldBytes += bytes.length - at;
    if (fieldBytes > maxFieldBytes) throw new BodyFault('part too long', `Expected fields of at most ${maxFieldBytes} bytes but received a longer one`);
    toParser(bytes.subarray(at));
  };

  return {
    write(chunk) {
      held = false;
      let at = 0;
      if (begun > 0 && place !== 'epilogue') {
        const length = Math.min(delimiter.length - begun, chunk.length);
        if (chunk.compare(delimiter, begun, begun + length, 0, length) === 0) {
          begun += length;
          if (begun < delimiter.length) return undefined;
          at = length;
          begun = 0;
          onDelimiter();
        } else {
          const before = delimiter.subarray(0, begun);
          begun = 0;
          onData(before);
        }
      }
      while (at < chunk.length && place !== 'epilogue') {
        if (held) return chunk.subarray(at);
        const found = find(delimiter, chunk, at);
        if (found === -1) begun = overhang(chunk, at, delimiter);
        const end = found === -1 ? chunk.length - begun : found;
        if (end > at) onData(chunk.subarray(at, end));
        if (found === -1) return undefined;
        at = found + delimiter.length;
        if ((place as Place) !== 'epilogue') onDelimiter();
      }
      return undefined;
    },
    divert(to) {
      sink = to;
    },
    hold() {
      held = true;
    },
    get closed() {
      return place === 'epilogue';
    },
  };
}

/**
 * Where `delimiter` is in `chunk`, -1 when it is not. V8's search for 7 bytes and less looks for the first one as fast as
 * memory can be read. For more bytes it skips ahead, in steps of their number: twice the time for the delimiter of a
 * browser, ten times for a short one. But what looks like a delimiter over and over would take too long in this way.
 */
function find(delimiter: Buffer, chunk: Buffer, from: number): number {
  const start = delimiter.subarray(0, 7);
  let at = from;
  for (let lookalikes = 0; lookalikes < 8; lookalikes++) {
    at = chunk.indexOf(start, at);
    if (at === -1 || at + delimiter.length > chunk.length) return -1;
    if (chunk.compare(delimiter, 0, delimiter.length, at, at + delimiter.length) === 0) return at;
    at += start.length;
  }
  return chunk.indexOf(delimiter, at);
}

/** How many bytes at the end of `chunk` are the first ones of `delimiter`, whose one CR is its first byte. */
function overhang(chunk: Buffer, from: number, delimiter: Buffer): number {
  const first = Math.max(from, chunk.length - delimiter.length + 1);
  for (let at = chunk.length - 1; at >= first; at--) {
    if (chunk[at] === CR) return chunk.compare(delimiter, 0, chunk.length - at, at) === 0 ? chunk.length - at : 0;
  }
  return 0;
}
