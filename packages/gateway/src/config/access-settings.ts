import { z } from 'zod';
import { type ApiKey, checkApiKeys, readApiKeyFile, readApiKeys } from '../access/api-keys.ts';
import { checkOrigins } from '../http/cors.ts';
import { fileReadBy, flag, listReadBy, readBy, wholeNumber } from './kinds.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

/** Who may call, and what they may ask for. */
export interface AccessConfig {
  /** None: everybody may call who can reach the gateway. */
  readonly apiKeys: readonly ApiKey[];
  readonly allowAnonymous: boolean;
  /** 0: any number. */
  readonly photosPerMinute: number;
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** Absent: any document. */
  readonly trustedDocuments: Readonly<Record<string, string>> | undefined;
}

export const accessSettings: z.ZodType<AccessConfig, unknown> = z
  .object({
    SLIMFACE_API_KEYS: readBy(readApiKeys).optional().meta({
      unit: 'names and keys',
      fallback: 'none: only this machine may call',
      description: 'Keys that let callers in, `name:key,name:key`, of at least 16 characters each. A name may come twice, with the old key and the new one.',
    }),
    SLIMFACE_API_KEYS_FILE: fileReadBy(readApiKeyFile).optional().meta({
      unit: 'path',
      description: 'File with keys as hashes: lines of `name:<SHA-256 of the key in hexadecimal>`, and comments that begin with `#`. Read at start; the keys of both settings count.',
    }),
    SLIMFACE_ALLOW_ANONYMOUS: flag
      .prefault('0')
      .meta({ unit: '0 or 1', description: 'Whether a gateway without keys may listen on an address that other machines reach. Whoever reaches it may then call it.' }),
    SLIMFACE_PHOTOS_PER_MINUTE: wholeNumber(0, 1_000_000)
      .prefault('120')
      .meta({ unit: 'photos per minute', description: 'Photos that each name of a key, or each address where no key is asked for, may send. `0` for any number.' }),
    SLIMFACE_CORS_ORIGINS: listReadBy(checkOrigins)
      .optional()
      .meta({ unit: 'origins', fallback: 'none', description: 'Origins whose pages may call, e.g. `https://app.example,https://admin.example`. Result URLs can be fetched from anywhere.' }),
    SLIMFACE_INTROSPECTION: flag.prefault('1').meta({ unit: '0 or 1', description: 'Whether clients may ask for the schema.' }),
    SLIMFACE_GRAPHIQL: flag.optional().meta({ unit: '0 or 1', fallback: '`1`, and `0` with trusted documents', description: 'Whether `/graphiql` is there.' }),
    SLIMFACE_TRUSTED_DOCUMENTS: fileReadBy(readTrustedDocuments).optional().meta({
      unit: 'path',
      fallback: 'any document is taken',
      description: 'JSON file of the only documents that are taken: an object of their SHA-256 in hexadecimal and the documents themselves. Read at start.',
    }),
  })
  .transform((data, context) => ({
    apiKeys: bothOf(data, context),
    allowAnonymous: data.SLIMFACE_ALLOW_ANONYMOUS,
    photosPerMinute: data.SLIMFACE_PHOTOS_PER_MINUTE,
    corsOrigins: data.SLIMFACE_CORS_ORIGINS ?? [],
    introspection: data.SLIMFACE_INTROSPECTION,
    graphiql: data.SLIMFACE_GRAPHIQL ?? data.SLIMFACE_TRUSTED_DOCUMENTS === undefined,
    trustedDocuments: data.SLIMFACE_TRUSTED_DOCUMENTS,
  }));

type KeySettings = Readonly<Record<'SLIMFACE_API_KEYS' | 'SLIMFACE_API_KEYS_FILE', readonly ApiKey[] | undefined>>;

function bothOf({ SLIMFACE_API_KEYS: keys = [], SLIMFACE_API_KEYS_FILE: more = [] }: Partial<KeySettings>, context: z.RefinementCtx): readonly ApiKey[] {
  try {
    return checkApiKeys([...keys, ...more]);
  } catch (error) {
    context.addIssue({ code: 'custom', path: ['SLIMFACE_API_KEYS_FILE'], message: (error as Error).message });
    return z.NEVER;
  }
}
