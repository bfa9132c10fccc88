import type { FaceSlimmer } from '@slimface/core';
import type { ApiKey } from './access/api-keys.ts';
import type { GatewayLogger } from './observe/logger.ts';
import type { UploadLimits } from './upload/upload-limits.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  /** The engine. Its `requirements` are the gateway's; who created it closes it. */
  readonly slimmer: FaceSlimmer;
  /** Folder for results and the key that signs their URLs. One gateway at a time may use it. */
  readonly dataDir: string;
  /** Address of the gateway as its clients see it. A path in it is for a proxy to take off. */
  readonly publicUrl: string;
  /**
   * Who may call.
   * @default everybody: for a server that only this machine reaches
   */
  readonly apiKeys?: readonly ApiKey[];
  /**
   * Photos that each API key, or each address without one, may send in a minute; 0 for any number.
   * @default 120
   */
  readonly photosPerMinute?: number;
  /**
   * Photos that the engine gets at the same time.
   * @default os.availableParallelism()
   */
  readonly concurrency?: number | undefined;
  /**
   * Photos beside those that are being received or wait for the engine. Others are put off with `BUSY`.
   * @default 16
   */
  readonly queueLength?: number;
  /**
   * Seconds for which a result is kept.
   * @default 86400
   */
  readonly resultTtlSeconds?: number;
  /**
   * Bytes that results may take on disk; beyond them the oldest go before their time.
   * @default 10 * 2 ** 30
   */
  readonly maxStoreBytes?: number;
  /**
   * Keys that sign result URLs, 32 bytes each: URLs are signed by the first and taken when signed by any.
   * @default one key, kept in the data folder
   */
  readonly signingKeys?: readonly [Uint8Array, ...Uint8Array[]] | undefined;
  /**
   * Whether results lose EXIF, GPS and whatever else a camera wrote into the photo.
   * @default false
   */
  readonly stripMetadata?: boolean;
  /**
   * Bounds on what requests may hold in memory.
   * @default see `uploadLimitsFor`
   */
  readonly uploadLimits?: Partial<UploadLimits>;
  /**
   * Origins whose pages may call, e.g. `https://app.example`.
   * @default []
   */
  readonly corsOrigins?: readonly string[];
  /**
   * Whether clients may ask for the schema, and `/schema.graphql` is there: also with trusted documents, for who writes them.
   * @default true
   */
  readonly introspection?: boolean;
  /**
   * Whether `/graphiql` is there.
   * @default true, unless only trusted documents are taken
   */
  readonly graphiql?: boolean;
  /**
   * Documents by their SHA-256 in hexadecimal. Given, no other document is taken.
   * @default any document
   */
  readonly trustedDocuments?: Readonly<Record<string, string>> | undefined;
  /**
   * Which of the vendor's two tables of HTTP statuses the REST twin follows: the one of 2026 or the one before.
   * @default 2026
   */
  readonly restStatuses?: 2025 | 2026;
  /**
   * Tells whether the engine works; `/health/ready` waits for it.
   * @default slims a small portrait
   */
  readonly selfTest?: () => Promise<void>;
  /**
   * Gets one line for each request and each photo.
   * @default nothing is logged
   */
  readonly logger?: GatewayLogger;
}
