import type { Dispatcher } from 'undici';
import type { SlimOptions } from '../face-slimmer.ts';
import type { AilabEvent, Logger } from './observe/events.ts';
import type { SlimmingCache } from './pacing/cache.ts';

/** Settings that a single call can have of its own. */
export interface AilabCallSettings {
  /**
   * Longest time of one try in milliseconds, from its turn in the queue to the last byte of its answer.
   * @default 30_000
   */
  readonly timeoutMs?: number;
  /**
   * Longest time of the whole call in milliseconds: reading the image, waiting for a turn, every try and the pauses
   * between them. Downloading the result has time of its own.
   * @default 120_000
   */
  readonly totalTimeoutMs?: number;
  /**
   * How often a try that failed is repeated, 0 to 10. Only failures that cost nothing and may pass are: see
   * docs/ailab-error-codes.md.
   * @default 2
   */
  readonly maxRetries?: number;
  /**
   * Whether to repeat a try whose answer was lost after the image had been sent. The API knows no idempotency key, so
   * such a repetition may be paid for twice.
   * @default false
   */
  readonly retryUnknown?: boolean;
  /**
   * Whether to check format, bytes and sides against `apiRequirements` before anything is sent. Without the check an
   * image of up to 64 MiB is sent as it is, and the API decides.
   * @default true
   */
  readonly preflight?: boolean;
}

/** How to slim one image through the API. */
export interface AilabSlimOptions extends SlimOptions, AilabCallSettings {}

/** How to set up a client of the AILabTools face slimming API. */
export interface AilabClientOptions extends AilabCallSettings {
  /**
   * Key of the account. Not needed with a `baseUrl` whose gateway asks for none.
   * @default process.env.AILABAPI_API_KEY, or process.env.RAPIDAPI_KEY for the provider 'rapidapi'
   */
  readonly apiKey?: string;
  /**
   * Whose front door to use: the vendor's own, or RapidAPI's with a key of RapidAPI.
   * @default 'ailab'
   */
  readonly provider?: 'ailab' | 'rapidapi';
  /**
   * Another server with the same API, e.g. a gateway of `@slimface/gateway`. http or https; a path is kept as prefix.
   * @default the provider's own address
   */
  readonly baseUrl?: string | URL;
  /**
   * First pause between two tries in milliseconds. It doubles with each retry, and each pause is drawn at random
   * between 0 and that ("full jitter").
   * @default 1000
   */
  readonly retryDelayMs?: number;
  /**
   * Longest pause between two tries in milliseconds, also when the API asks for more by `Retry-After`.
   * @default 30_000
   */
  readonly maxRetryDelayMs?: number;
  /**
   * Longest time that one call spends in pauses between tries, in milliseconds. A pause that would go past it is not
   * begun: the call fails with what the last try said.
   * @default 60_000
   */
  readonly retryBudgetMs?: number;
  /**
   * Paid tries under way at the same time, 1 to 100; further calls wait in the order they came.
   * @default 3
   */
  readonly concurrency?: number;
  /** Remembers results by content, so that the same photo is not paid for twice while its result is kept. */
  readonly cache?: SlimmingCache;
  /**
   * Hosts that results may be fetched from, e.g. `'ai-result-rapidapi.ailabtools.com'` or `'*.ailabtools.com'`.
   * @default the vendor's hosts and any other public https host
   */
  readonly resultHosts?: readonly string[];
  /**
   * Whether results may come from private, loopback and link-local addresses.
   * @default false
   */
  readonly allowPrivateHosts?: boolean;
  /**
   * Most bytes of a result.
   * @default 24 * 2 ** 20
   */
  readonly maxResultBytes?: number;
  /**
   * Longest time of one try to fetch a result in milliseconds; of `stream()`, the longest wait for its next bytes.
   * @default 30_000
   */
  readonly downloadTimeoutMs?: number;
  /**
   * How often a fetch of a result that failed is repeated, 0 to 10. Never repeats the call that was paid for.
   * @default 2
   */
  readonly maxDownloadRetries?: number;
  /** Gets lines with fields, as pino's loggers do. Keys and addresses of results are never among them. */
  readonly logger?: Logger;
  /** Called with each thing that happens; what it throws is ignored. */
  readonly onEvent?: (event: AilabEvent) => void;
  /**
   * An undici dispatcher for all connections, e.g. `new EnvHttpProxyAgent()`. It is not closed with the client, and the
   * check of the addresses that a result host's name stands for is then up to it.
   * @default agents of the client's own
   */
  readonly dispatcher?: Dispatcher;
  /**
   * Allows use where a page's visitors can read the key.
   * @default false
   */
  readonly dangerouslyAllowBrowser?: boolean;
}
