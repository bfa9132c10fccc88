import { InvalidInputError } from '../errors/call-errors.ts';
import { InWords } from '../errors/describe.ts';

/** Where requests go, and what says who sends them. */
export interface Endpoint {
  readonly provider: 'ailab' | 'rapidapi';
  readonly slimUrl: URL;
  /** Absent where the provider has none. */
  readonly creditsUrl?: URL;
  /** Carries the key; for these two addresses only. */
  readonly headers: Readonly<Record<string, string>>;
}

const providers = {
  ailab: { origin: 'https://www.ailabapi.com', slimPath: '/api/portrait/effects/smart-face-slimming', keyVariable: 'AILABAPI_API_KEY' },
  rapidapi: { origin: 'https://ai-face-slimming.p.rapidapi.com', slimPath: '/face/editing/liquify-face', keyVariable: 'RAPIDAPI_KEY' },
} as const;
const creditsPath = '/api/common/query-credits';

/**
 * Resolves a provider to addresses and headers. Each provider reads a variable of its own: a key must never reach the
 * other one's server.
 *
 * @throws {InvalidInputError} an unknown provider, an address that is not http or https, or no key where one is needed
 */
export function resolveEndpoint(options: { provider?: unknown; baseUrl?: unknown; apiKey?: unknown }): Endpoint & { readonly apiKey: string | undefined } {
  const { provider = 'ailab' } = options;
  if (provider !== 'ailab' && provider !== 'rapidapi') throw new InvalidInputError("provider to be 'ailab' or 'rapidapi'", hideLong(provider));
  const { origin, slimPath, keyVariable } = providers[provider];
  const base = options.baseUrl === undefined ? new URL(origin) : toHttpUrl(options.baseUrl);
  const apiKey = checkKey(options.apiKey ?? process.env[keyVariable]);
  if (apiKey === undefined && options.baseUrl === undefined) {
    throw new InvalidInputError(`apiKey, or the environment variable ${keyVariable},`, new InWords('neither'));
  }
  return {
    provider,
    apiKey,
    slimUrl: below(base, slimPath),
    ...(provider === 'ailab' && { creditsUrl: below(base, creditsPath) }),
    headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'slimface', ...keyHeaders(provider, apiKey, origin) },
  };
}

/** Somebody may have put the key in the wrong place. */
function hideLong(value: unknown): unknown {
  return typeof value === 'string' && !/^[a-z-]{0,12}$/i.test(value) ? new InWords('something else') : value;
}

function keyHeaders(provider: 'ailab' | 'rapidapi', apiKey: string | undefined, origin: string): Record<string, string> {
  if (apiKey === undefined) return {};
  if (provider === 'ailab') return { 'ailabapi-api-key': apiKey };
  return { 'x-rapidapi-key': apiKey, 'x-rapidapi-host': new URL(origin).host };
}

/** Never shows the key: the error for a key that is no good may end up in a log like any other. */
function checkKey(key: unknown): string | undefined {
  if (key === undefined) return undefined;
  const trimmed = typeof key === 'string' ? key.trim() : '';
  if (trimmed === '') return typeof key === 'string' ? undefined : refuseKey(`a value of type ${typeof key}`);
  return /^[\x21-\x7e]{1,1024}$/.test(trimmed) ? trimmed : refuseKey(`${trimmed.length} characters with others among them`);
}

function refuseKey(received: string): never {
  throw new InvalidInputError('apiKey to be 1 to 1024 visible ASCII characters', new InWords(received));
}

function toHttpUrl(value: unknown): URL {
  const text = String(value);
  const isAddress = (typeof value === 'string' || value instanceof URL) && URL.canParse(text) && /^https?:/i.test(text.trim());
  if (!isAddress) throw new InvalidInputError('baseUrl to be an http or https address', typeof value === 'string' ? new InWords('another text') : value);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new InvalidInputError('baseUrl without a name and password in it (use apiKey)', new InWords('one with them'));
  return url;
}

/** Joins a path to an address and keeps the path that the address has. */
function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, '') + path;
  url.search = '';
  url.hash = '';
  return url;
}
