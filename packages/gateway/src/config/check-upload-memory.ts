import type { ImageRequirements } from '@slimface/core';
import { bytesForOne } from '../upload/fit-upload-limits.ts';
import { uploadLimitsFor } from '../upload/upload-limits.ts';
import { ConfigError } from './read-config.ts';
import type { Config } from './settings.ts';

const MIB = 2 ** 20;

/**
 * Sees that a photo of the largest accepted size fits into the memory for uploads: only the engine knows that size.
 *
 * @throws {ConfigError} it does not
 */
export function checkUploadMemory({ uploadMemoryBytes, limits }: Pick<Config, 'uploadMemoryBytes' | 'limits'>, requirements: Pick<ImageRequirements, 'maxBytes'>): void {
  const needed = Math.ceil(bytesForOne(uploadLimitsFor(requirements)) / MIB);
  if (uploadMemoryBytes >= needed * MIB) return;
  throw new ConfigError(
    `Expected SLIMFACE_UPLOAD_MEMORY_MB to be at least ${needed} with SLIMFACE_LIMITS=${limits}, ` +
      `which accepts photos of ${requirements.maxBytes / MIB} MiB, but received ${uploadMemoryBytes / MIB}`,
  );
}
