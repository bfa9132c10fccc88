import type { Refusal, SentImage } from '../../../src/ailab/answer/refusal.ts';

/** A photo that breaks every limit. */
export const sent: SentImage = { slimDegree: 1.5, byteSize: 7_000_000, mediaType: 'image/jpeg', width: 6000, height: 100 };

/** A refusal without a code, with some of its fields changed. */
export function refusal(fields: Partial<Refusal> = {}): Refusal {
  return { code: 'unknown', httpStatus: 400, message: 'That is why.', ...fields };
}
