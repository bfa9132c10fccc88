import type { PixelBuffer, SlimmedFace } from '@slimface/core';
import { copyToSharedMemory } from '../pixels.ts';
import { bytesOf, changedBox, nothing, type ChangedBox } from './changed-box.ts';

/** Slimmed pixels and the faces in them. */
export interface Slimmed {
  /** In shared memory, and nobody writes to them any more; undefined when nothing changed. */
  readonly pixels: PixelBuffer | undefined;
  /** Empty when there was no face, or when the engine does not list them. */
  readonly faces: readonly SlimmedFace[];
}

/** What an entry tells before its pixels. */
interface Header extends ChangedBox {
  readonly faces: readonly SlimmedFace[];
}

/**
 * What is remembered of a slimming: only the pixels that changed, since whoever asks again has the others. The form is
 * the length of a header (32 bit, little endian), the header as JSON, and the rows of the changed box.
 */
export function toEntry(source: PixelBuffer, { pixels, faces }: Slimmed): Uint8Array {
  const box = pixels === undefined ? nothing : changedBox(source, pixels);
  const header = Buffer.from(JSON.stringify({ faces, ...box } satisfies Header));
  const { data, rowBytes, pixelBytes } = bytesOf(pixels ?? source);
  const bytesWide = box.width * pixelBytes;
  const entry = Buffer.allocUnsafeSlow(4 + header.length + box.height * bytesWide);
  entry.writeUInt32LE(header.length);
  header.copy(entry, 4);
  for (let row = 0; row < box.height; row++) {
    const start = (box.top + row) * rowBytes + box.left * pixelBytes;
    entry.set(data.subarray(start, start + bytesWide), 4 + header.length + row * bytesWide);
  }
  return entry;
}

/**
 * Repeats a remembered slimming on the same pixels, in memory of its own.
 * @returns undefined when the entry is not one of `toEntry` for an image of these sides
 */
export function fromEntry(source: PixelBuffer, entry: Uint8Array): Slimmed | undefined {
  const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
  const headerLength = bytes.length < 4 ? Infinity : bytes.readUInt32LE();
  if (headerLength > bytes.length - 4) return undefined;
  const header = parseHeader(bytes.toString('utf8', 4, 4 + headerLength));
  if (header === undefined) return undefined;
  const { faces, left, top, width, height } = header;
  const { rowBytes, pixelBytes } = bytesOf(source);
  const patch = bytes.subarray(4 + headerLength);
  const fits = left + width <= source.width && top + height <= source.height && patch.length === height * width * pixelBytes;
  if (!fits) return undefined;
  if (patch.length === 0) return { pixels: undefined, faces };
  const pixels = copyToSharedMemory(source);
  const { data } = bytesOf(pixels);
  const bytesWide = width * pixelBytes;
  for (let row = 0; row < height; row++) {
    data.set(patch.subarray(row * bytesWide, (row + 1) * bytesWide), (top + row) * rowBytes + left * pixelBytes);
  }
  return { pixels, faces };
}

function parseHeader(json: string): Header | undefined {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof header !== 'object' || header === null) return undefined;
  const { faces, left, top, width, height } = header as Record<string, unknown>;
  const isBox = [left, top, width, height].every((side) => Number.isSafeInteger(side) && (side as number) >= 0);
  return isBox && Array.isArray(faces) && faces.every(isFace) ? (header as Header) : undefined;
}

/** Whether something is a face with what was done to it: engines that measure nothing, and earlier entries, say less of that. */
function isFace(face: Partial<Record<keyof SlimmedFace, any>> | null): boolean {
  if (typeof face !== 'object' || face === null) return false;
  const { box, landmarks, presence, slimDegree, narrowing, lambda, warnings, roll, yaw, pitch } = face;
  const areNumbers = (...values: unknown[]): boolean => values.every((value) => typeof value === 'number');
  const areSaid = [lambda, roll, yaw, pitch].filter((value) => value !== undefined);
  return (
    areNumbers(box?.x, box?.y, box?.width, box?.height, presence, slimDegree, ...areSaid) &&
    Array.isArray(landmarks) &&
    landmarks.every((point) => areNumbers(point?.x, point?.y)) &&
    (narrowing === undefined || areNumbers(narrowing?.pixels, narrowing?.percent)) &&
    (warnings === undefined || (Array.isArray(warnings) && warnings.every((warning) => typeof warning === 'string')))
  );
}
