import { z } from 'zod';
import type { ImageMediaType, SlimmedFace } from '@slimface/core';

/** A slimmed image in the store. */
export interface StoredResult {
  /** 128 random bits in hexadecimal: who knows the id may see the photo. */
  readonly id: string;
  /** SHA-256 of the image's bytes in hexadecimal, the name of the file that holds them. */
  readonly sha256: string;
  /** Id of the request that it is the answer to. */
  readonly requestId: string;
  /** SHA-256 of everything that it depends on, where the request had an idempotency key. */
  readonly fingerprint?: string | undefined;
  readonly mediaType: ImageMediaType;
  /** Sides of the upright image in pixels. */
  readonly width: number;
  readonly height: number;
  readonly byteSize: number;
  readonly slimDegree: number;
  /** `id` of the engine. */
  readonly engine: string;
  /** From left to right. */
  readonly faces: readonly StoredFace[];
  readonly createdAt: Date;
  /** A whole second, as result URLs state it. */
  readonly expiresAt: Date;
}

/** What is kept of a face: where it was, and what was done to it. Its landmarks are nobody's business later. */
export type StoredFace = Pick<SlimmedFace, 'box' | 'slimDegree' | 'narrowing' | 'lambda' | 'warnings'>;

const count = z.int().positive();
// Records that were written before faces were measured have the first two alone.
const face = z.object({
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  slimDegree: z.number(),
  narrowing: z.object({ pixels: z.number(), percent: z.number() }).exactOptional(),
  lambda: z.number().exactOptional(),
  warnings: z.array(z.enum(['FACE_ROTATED', 'FACE_PROFILE', 'FACE_AT_BORDER', 'FACE_SMALL'])).exactOptional(),
}) satisfies z.ZodType<StoredFace>;
const record: z.ZodType<StoredResult> = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  requestId: z.string(),
  fingerprint: z.string().optional(),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff']),
  width: count,
  height: count,
  byteSize: count,
  slimDegree: z.number(),
  engine: z.string(),
  faces: z.array(face),
  createdAt: z.coerce.date(),
  expiresAt: z.coerce.date(),
});

/** Picks what is kept of a face. */
export function toStoredFace({ box, slimDegree, narrowing, lambda, warnings }: SlimmedFace): StoredFace {
  return { box, slimDegree, ...(narrowing && { narrowing }), ...(lambda !== undefined && { lambda }), ...(warnings && { warnings }) };
}

/** Writes a record as the JSON of its file. */
export function toRecord(result: StoredResult): Uint8Array {
  return Buffer.from(JSON.stringify(result));
}

/** Reads a record; `undefined` when the text is not one. */
export function fromRecord(json: string): StoredResult | undefined {
  try {
    return record.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
