import { z } from 'zod';
import { readSigningKey } from '../sign/read-signing-key.ts';
import { flag, listReadBy, megabytes, wholeNumber } from './kinds.ts';

/** What becomes of results. */
export interface ResultConfig {
  readonly dataDir: string;
  readonly resultTtlSeconds: number;
  readonly maxStoreBytes: number;
  /** Absent: one key that is kept in the data folder. */
  readonly signingKeys: readonly [Uint8Array, ...Uint8Array[]] | undefined;
  readonly stripMetadata: boolean;
  readonly restStatuses: 2025 | 2026;
}

export const resultSettings: z.ZodType<ResultConfig, unknown> = z
  .object({
    SLIMFACE_DATA_DIR: z
      .string()
      .prefault('.slimface')
      .meta({ unit: 'path', description: 'Folder for results and for the key that signs their URLs, relative to the working directory. One gateway at a time may use it.' }),
    SLIMFACE_DATA_MAX_MB: megabytes({ min: 1 })
      .prefault('10240')
      .meta({ unit: 'MiB', description: 'Disk that results may take. Beyond it the oldest go before their time.' }),
    SLIMFACE_RESULT_TTL_SECONDS: wholeNumber(1, 31_536_000).prefault('86400').meta({ unit: 'seconds', description: 'Time for which a result is kept, at most a year.' }),
    SLIMFACE_SIGNING_KEYS: listReadBy(readSigningKeys).optional().meta({
      unit: 'keys',
      fallback: 'one, made and kept in the data folder',
      description: 'One or two keys for result URLs, each of 64 hexadecimal digits or 32 bytes in base64, with a comma between them: URLs are signed by the first and taken when signed by either.',
    }),
    SLIMFACE_STRIP_METADATA: flag
      .prefault('0')
      .meta({ unit: '0 or 1', description: 'Whether results lose EXIF, GPS and whatever else a camera wrote into the photo.' }),
    SLIMFACE_REST_STATUSES: z
      .enum(['2026', '2025'], '2026 or 2025')
      .transform((text) => (text === '2026' ? 2026 : 2025))
      .prefault('2026')
      .meta({ unit: '`2026` or `2025`', description: "Which of the vendor's two tables of HTTP statuses the REST twin follows." }),
  })
  .transform((data) => ({
    dataDir: data.SLIMFACE_DATA_DIR,
    resultTtlSeconds: data.SLIMFACE_RESULT_TTL_SECONDS,
    maxStoreBytes: data.SLIMFACE_DATA_MAX_MB,
    signingKeys: data.SLIMFACE_SIGNING_KEYS,
    stripMetadata: data.SLIMFACE_STRIP_METADATA,
    restStatuses: data.SLIMFACE_REST_STATUSES,
  }));

function readSigningKeys(entries: readonly string[]): readonly [Uint8Array, ...Uint8Array[]] {
  const [first, ...others] = entries.map(readSigningKey);
  if (first === undefined || others.length > 1) throw new Error(`Expected one or two keys but received ${entries.length}`);
  return [first, ...others];
}
