const [EOI, SOS, DQT] = [0xd9, 0xda, 0xdb];
/** A JPEG's second byte and the start of its next marker. The first byte is looked at when these are found: some cameras alter it. */
const start = Buffer.from([0xd8, 0xff]);
const end = Buffer.from([0xff, EOI]);
/** More segments than a preview has before its samples; without a bound, a hostile block could have each of them walked from each. */
const mostSegments = 32;

/**
 * Fills every JPEG in a block with zeros, from its first byte to its end. Previews are at another place in each maker's
 * notes, but nearly all are JPEGs.
 *
 * @param values where a value starts and ends: a JPEG without an end is wiped to the end of the value that it starts in, or of the block
 */
export function wipeJpegs(block: Buffer, values: readonly (readonly [from: number, to: number])[] = []): void {
  for (let at = block.indexOf(start); at !== -1; at = block.indexOf(start, at)) {
    const first = at - 1;
    const [whole, marker] = [block[first] === 0xff, block[at + start.length] ?? 0];
    at += start.length;
    if (first < 0 || !(whole ? marker >= 0xc0 : marker === DQT)) continue; // Minolta alters the first byte, and has DQT next
    const samples = samplesOf(block, first + 2);
    if (samples === undefined && !whole) continue;
    const ended = samples === undefined ? -1 : block.indexOf(end, samples);
    const [, limit = block.length] = values.find(([from, to]) => from <= first && first < to) ?? [];
    at = ended === -1 ? Math.max(at, limit) : ended + end.length;
    block.fill(0, first, at);
  }
}

/**
 * Walks the segments of a JPEG by their lengths, since one of them may hold a JPEG of its own.
 *
 * @returns the offset behind the head of its samples, or of its end; undefined when the segments lead nowhere
 */
function samplesOf(block: Buffer, first: number): number | undefined {
  let at = first;
  for (let count = 0; count < mostSegments && at + 4 <= block.length && block[at] === 0xff; count++) {
    const marker = block[at + 1]!;
    if (marker === EOI) return at;
    at += 2 + block.readUInt16BE(at + 2);
    if (marker === SOS) return at <= block.length ? at : undefined;
  }
  return block[at] === 0xff && block[at + 1] === EOI ? at : undefined;
}
