import { InvalidInputError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { fitUploadLimits } from '../../src/upload/fit-upload-limits.ts';
import { startWithoutEngine } from '../plugins/_setup.ts';

const MIB = 2 ** 20;
const KIB = 2 ** 10;
const requirements = { maxBytes: 6 * MIB };

describe('limits of uploads', () => {
  it('let as many images come in one request as there are places, and no more than 10 unless told so', () => {
    expect(fitUploadLimits({}, { places: 4, requirements }).maxFiles).toBe(4);
    expect(fitUploadLimits({}, { places: 40, requirements }).maxFiles).toBe(10);
    expect(fitUploadLimits({ maxFiles: 40 }, { places: 40, requirements }).maxFiles).toBe(40);
  });

  it('have to let one image of the largest size through', () => {
    const needed = 6 * MIB + 64 * KIB;
    expect(fitUploadLimits({ maxBytesInFlight: needed }, { places: 4, requirements }).maxBodyBytes).toBe(needed);
    expect(fitUploadLimits({ maxBytesInFlight: MIB, maxFileBytes: MIB - 64 * KIB }, { places: 4, requirements }).maxBodyBytes).toBe(MIB);
    for (const name of ['maxBytesInFlight', 'maxBodyBytes']) {
      expect(() => fitUploadLimits({ [name]: needed - 1 }, { places: 4, requirements })).toThrow(
        `Expected uploadLimits.${name} to be at least ${needed}, as one image of ${6 * MIB} bytes needs, but received ${needed - 1}`,
      );
    }
  });

  it('keep a gateway from starting that could never serve what it accepts', async () => {
    await expect(startWithoutEngine({ uploadLimits: { maxBytesInFlight: MIB } })).rejects.toThrow(InvalidInputError);
    const start = startWithoutEngine({ concurrency: 1, queueLength: 2, uploadLimits: { maxFiles: 4 } });
    await expect(start).rejects.toThrow(new InvalidInputError('uploadLimits.maxFiles to be at most 3, the sum of concurrency and queueLength,', 4));
  });
});
