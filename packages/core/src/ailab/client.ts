import { InvalidInputError } from '../errors/call-errors.ts';
import { InWords } from '../errors/describe.ts';
import type { FaceSlimmer, ImageInput } from '../face-slimmer.ts';
import { apiRequirements } from '../requirements.ts';
import { checkHooks } from './check-hooks.ts';
import type { AilabCallSettings, AilabClientOptions, AilabSlimOptions } from './client-options.ts';
import { createConnections } from './connections.ts';
import type { ClientContext } from './context.ts';
import type { Credits } from './credits.ts';
import { checkObject, deriveOptions } from './derive-options.ts';
import { createEmitter } from './observe/events.ts';
import { fetchCredits } from './fetch-credits.ts';
import { createLifetime } from './lifetime.ts';
import { numberOfCache } from './pacing/cache.ts';
import { resolveEndpoint } from './provider.ts';
import { createRedactor } from './observe/redact.ts';
import type { AilabSlimmedImage } from './result/remote-image.ts';
import { resolveCallSettings, resolveClientLimits } from './resolve-options.ts';
import { createResultHosts } from './result/result-hosts.ts';
import { createSingleFlight } from './pacing/single-flight.ts';
import { slimImage } from './slim-image.ts';
import { trace } from './observe/telemetry.ts';
import { createTurns } from './pacing/turns.ts';

/** The AILabTools face slimming API as a `FaceSlimmer`. */
export interface AilabClient extends FaceSlimmer {
  readonly id: 'ailab';
  /**
   * Slims every face in a JPEG or PNG. Resolves when the result is there to be fetched; `bytes()`, `stream()` and
   * `save()` of the result fetch it. A call that succeeds costs 5 credits, one that is refused costs nothing.
   *
   * @throws {FileTooLargeError | UnsupportedFormatError | UnreadableImageError | ResolutionOutOfRangeError} the image
   * @throws {NoFaceError | TooManyFacesError | FaceTooSmallError | FaceUnusableError} its faces
   * @throws {InvalidSlimDegreeError | InvalidInputError} the options; `faces` among them, which the API does not know
   * @throws {UnauthorizedError | ForbiddenError | InsufficientCreditsError} the key and its account
   * @throws {RateLimitedError | BusyError | UpstreamUnavailableError | UpstreamTimeoutError | UpstreamProtocolError} the
   *   API, after all retries; `billed` says whether the call may have been paid for
   * @throws {AbortedError} `signal` was aborted
   * @throws {UploadInterruptedError} a stream that was handed in failed before its end. A source is closed when reading it
   *   fails; one that was never begun, because an option was refused, stays the caller's
   * @throws {InternalError} the client was closed
   */
  slim(image: ImageInput, options?: AilabSlimOptions): Promise<AilabSlimmedImage>;
  /**
   * Credits that are left. Costs nothing.
   * @throws {InvalidInputError} with the provider 'rapidapi', which does not tell, or for an option that is no good
   * @throws {UnauthorizedError | ForbiddenError | RateLimitedError | UpstreamUnavailableError | UpstreamTimeoutError | UpstreamProtocolError} the API
   * @throws {AbortedError | InternalError} `signal` was aborted, or the client was closed
   */
  credits(options?: CreditsOptions): Promise<Credits>;
  /**
   * A client with other options and the same connections, queue and lifetime: closing either closes both.
   * The key is not taken over to another provider or `baseUrl`. An option that is undefined changes nothing.
   * @throws {InvalidInputError} an option that is no good, `concurrency` or `dispatcher`
   */
  with(options: Omit<AilabClientOptions, 'concurrency' | 'dispatcher'>): AilabClient;
  /** Waits for calls and downloads under way, then closes the connections. */
  close(): Promise<void>;
}

/** How to ask for the credits. */
export interface CreditsOptions extends Pick<AilabCallSettings, 'timeoutMs' | 'totalTimeoutMs' | 'maxRetries'> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a client of the AILabTools face slimming API. It connects with the first call.
 *
 * @throws {InvalidInputError} an option that is not as documented, no key, or a page in a browser
 *
 * @example
 * const client = createAilabClient({ apiKey: process.env.AILABAPI_API_KEY });
 * const slimmed = await client.slim(await readFile('portrait.jpg'), { slimDegree: 1.2 });
 * await slimmed.save('slimmed.jpg');
 * await client.close();
 */
export function createAilabClient(options: AilabClientOptions = {}): AilabClient {
  checkObject(options);
  checkBrowser(options);
  const { concurrency } = resolveClientLimits(options);
  const connections = createConnections(options.dispatcher);
  return deriveClient(options, { connections, turns: createTurns(concurrency), flights: createSingleFlight(), ...createLifetime(() => connections.close()) });
}

/** What a client shares with all that were derived from it. */
type Shared = Pick<ClientContext, 'connections' | 'turns' | 'flights' | 'track' | 'linger'> & { end(): Promise<void> };

function deriveClient(options: AilabClientOptions, shared: Shared): AilabClient {
  const context = createContext(options, shared);
  const { version, track } = context;
  return {
    id: 'ailab',
    version,
    requirements: apiRequirements,
    slim: (image, slimOptions = {}) => track(() => slimImage(image, slimOptions, context)),
    credits: (creditsOptions = {}) => track(() => fetchCredits(creditsOptions, context)),
    with(changes) {
      return deriveClient(deriveOptions(options, changes), shared);
    },
    close: () => shared.end(),
  };
}

function createContext(options: AilabClientOptions, { connections, turns, flights, track, linger }: Shared): ClientContext {
  checkHooks(options);
  resolveCallSettings(options); // a default that is no good is refused here, not with the first call
  const { apiKey, ...endpoint } = resolveEndpoint(options);
  const { resultHosts, allowPrivateHosts = false, baseUrl } = options;
  return {
    // The API does not say which version of its model answers; another server may have another one.
    version: baseUrl === undefined ? '1' : `1@${endpoint.slimUrl.host}`,
    endpoint,
    defaults: options,
    limits: resolveClientLimits(options),
    cache: options.cache,
    hosts: createResultHosts({ resultHosts, allowPrivateHosts, apiOrigin: endpoint.slimUrl.origin }),
    connections,
    turns,
    flights,
    track,
    linger,
    // Calls are the same only when they go to the same server with the same key and remember in the same place.
    scope: JSON.stringify([endpoint.slimUrl.href, apiKey, numberOfCache(options.cache)]),
    emit: createEmitter(options),
    redact: createRedactor(apiKey),
    trace,
  };
}

/** Who opens a page can read everything in it, the key too. */
function checkBrowser({ dangerouslyAllowBrowser = false }: AilabClientOptions): void {
  const { window, document } = globalThis as { window?: unknown; document?: unknown };
  if (window === undefined || document === undefined || dangerouslyAllowBrowser === true) return;
  throw new InvalidInputError('createAilabClient to run on a server (set dangerouslyAllowBrowser where nobody else sees the page: it can read the key)', new InWords('a browser'));
}
