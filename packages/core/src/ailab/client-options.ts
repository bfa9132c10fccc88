import type { Dispatcher } from './dispatcher.ts';
import type { SlimOptions } from '../face-slimmer.ts';
import type { AilabEvent, Logger } from './observe/events.ts';
import type { SlimmingCache } from './pacing/cache.ts';

/** Settings that a single call can have of its own. */
export interface AilabCallSettings {
  /**
   * Longest time of one try in milliseconds, from its turn in the queue to the last byte of its answer.
   * Whole, 1 to 86,400,000.
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Longest time of the whole call in milliseconds: reading the image, waiting for a turn, every try and the pauses
   * between them. Downloading the result has time of its own.
   * Whole, 1 to 86,400,000.
   * @default 120_000
   */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * How often a try that failed is repeated, 0 to 10. Only failures that cost nothing and may pass are: see
   * docs/ailab-error-codes.md.
   * @default 2
   */
  readonly maxRetries?: number | undefined;
  /**
   * Whether to repeat a try whose answer was lost after the image had been sent. The API knows no idempotency key, so
   * such a repetition may be paid for twice.
   * @default false
   */
  readonly retryUnknown?: boolean | undefined;
  /**
   * Whether to check format, bytes and sides against `apiRequirements` before anything is sent. Without the check an
   * image of up to 64 MiB is sent as it is, and the API decides.
   * @default true
   */
  readonly preflight?: boolean | undefined;
}

/** How to slim one image through the API. */
export interface AilabSlimOptions extends SlimOptions, AilabCallSettings {}

/** How to set up a client of the AILabTools face slimming API. */
export interface AilabClientOptions extends AilabCallSettings {
  /**
   * Key of the account. Not needed with a `baseUrl` whose gateway asks for none.
   * @default process.env.AILABAPI_API_KEY, or process.env.RAPIDAPI_KEY for the provider 'rapidapi'
   */
  readonly apiKey?: string | undefined;
  /**
   * Whose front door to use: the vendor's own, or RapidAPI's with a key of RapidAPI.
   * @default 'ailab'
   */
  readonly provider?: 'ailab' | 'rapidapi' | undefined;
  /**
   * Another server with the same API, e.g. a gateway of `@slimface/gateway`. http or https; a path is kept as prefix.
   * @default the provider's own address
   */
  readonly baseUrl?: string | URL | undefined;
  /**
   * First pause between two tries in milliseconds. It doubles with each retry, and each pause is drawn at random
   * between 0 and that ("full jitter").
   * Whole, 0 to 86,400,000.
   * @default 1000
   */
  readonly retryDelayMs?: number | undefined;
  /**
   * Longest pause between two tries in milliseconds, also when the API asks for more by `Retry-After`.
   * Whole, 0 to 86,400,000.
   * @default 30_000
   */
  readonly maxRetryDelayMs?: number | undefined;
  /**
   * Longest time that one call spends in pauses between tries, in milliseconds. A pause that would go past it is not
   * begun: the call fails with what the last try said.
   * Whole, 0 to 86,400,000.
   * @default 60_000
   */
  readonly retryBudgetMs?: number | undefined;
  /**
   * Paid tries under way at the same time, 1 to 100; further calls wait in the order they came.
   * @default 3
   */
  readonly concurrency?: number | undefined;
  /** Remembers results by content, so that the same photo is not paid for twice while its result is kept. */
  readonly cache?: SlimmingCache | undefined;
  /**
   * Hosts that results may be fetched from, e.g. `'ai-result-rapidapi.ailabtools.com'` or `'*.ailabtools.com'`.
   * @default the vendor's hosts and any other public https host
   */
  readonly resultHosts?: readonly string[] | undefined;
  /**
   * Whether results may come from private, loopback and link-local addresses.
   * @default false
   */
  readonly allowPrivateHosts?: boolean | undefined;
  /**
   * Most bytes of a result.
   * Whole, 1 to 2 ** 30.
   * @default 24 * 2 ** 20
   */
  readonly maxResultBytes?: number | undefined;
  /**
   * Longest time of one try to fetch a result in milliseconds; of `stream()`, the longest wait for its next bytes.
   * Whole, 1 to 86,400,000.
   * @default 30_000
   */
  readonly downloadTimeoutMs?: number | undefined;
  /**
   * How often a fetch of a result that failed is repeated, 0 to 10. Never repeats the call that was paid for.
   * @default 2
   */
  readonly maxDownloadRetries?: number | undefined;
  /** Gets lines with fields, as pino's loggers do. Keys and addresses of results are never among them. */
  readonly logger?: Logger | undefined;
  /** Called with each thing that happens; what it throws is ignored. */
  readonly onEvent?: ((event: AilabEvent) => void) | undefined;
  /**
   * An undici dispatcher (6, 7 or 8) for all connections, e.g. `new EnvHttpProxyAgent()`. It is not closed with the client, and the
   * check of the addresses that a result host's name stands for is then up to it.
   * @default agents of the client's own
   */
  readonly dispatcher?: Dispatcher | undefined;
  /**
   * Allows use in a page, whose visitors can read the key: for jsdom and Electron. No bundle for browsers comes of it, the
   * client needs Node's modules.
   * @default false
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
}
