import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveEndpoint } from '../../src/ailab/provider.ts';

afterEach(() => vi.unstubAllEnvs());
const refusal = (options: Parameters<typeof resolveEndpoint>[0]): unknown => {
  try {
    return resolveEndpoint(options);
  } catch (error) {
    return error;
  }
};

describe('addresses', () => {
  it.each<[string, Parameters<typeof resolveEndpoint>[0], string, string | undefined]>([
    ['the vendor', {}, 'https://www.ailabapi.com/api/portrait/effects/smart-face-slimming', 'https://www.ailabapi.com/api/common/query-credits'],
    ['RapidAPI', { provider: 'rapidapi' }, 'https://ai-face-slimming.p.rapidapi.com/face/editing/liquify-face', undefined],
    ['a gateway', { baseUrl: 'http://localhost:4000' }, 'http://localhost:4000/api/portrait/effects/smart-face-slimming', 'http://localhost:4000/api/common/query-credits'],
    ['a gateway below a path', { baseUrl: 'https://a.example/slim/?x=1#y' }, 'https://a.example/slim/api/portrait/effects/smart-face-slimming', 'https://a.example/slim/api/common/query-credits'],
    ['a gateway as URL', { baseUrl: new URL('https://a.example') }, 'https://a.example/api/portrait/effects/smart-face-slimming', 'https://a.example/api/common/query-credits'],
  ])('of %s', (_, options, slimUrl, creditsUrl) => {
    const endpoint = resolveEndpoint({ apiKey: 'key-123', ...options });
    expect(endpoint.slimUrl.href).toBe(slimUrl);
    expect(endpoint.creditsUrl?.href).toBe(creditsUrl);
  });

  it.each([['ftp://a.example'], ['localhost:4000'], ['not an address'], [''], [5], [null], ['//a.example'], [{}]])('cannot be made of %o', (baseUrl) => {
    expect(refusal({ apiKey: 'key-123', baseUrl })).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('Expected baseUrl to be an http or https address') });
  });

  it('have no password in them', () => {
    const error = refusal({ apiKey: 'key-123', baseUrl: 'https://me:pa55@a.example' });
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(String(error)).not.toContain('pa55');
  });
});

describe('the key', () => {
  it('is sent in the header of its provider alone', () => {
    expect(resolveEndpoint({ apiKey: ' key-123\n' }).headers).toEqual({ accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'slimface', 'ailabapi-api-key': 'key-123' });
    expect(resolveEndpoint({ apiKey: 'key-123', provider: 'rapidapi' }).headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'slimface',
      'x-rapidapi-key': 'key-123',
      'x-rapidapi-host': 'ai-face-slimming.p.rapidapi.com',
    });
  });

  it('comes from a variable of its provider, and never from that of the other', () => {
    vi.stubEnv('AILABAPI_API_KEY', 'ailab-key');
    vi.stubEnv('RAPIDAPI_KEY', undefined);
    expect(resolveEndpoint({}).apiKey).toBe('ailab-key');
    expect(refusal({ provider: 'rapidapi' })).toMatchObject({ code: 'INVALID_INPUT', message: 'Expected apiKey, or the environment variable RAPIDAPI_KEY, but received neither' });
    vi.stubEnv('RAPIDAPI_KEY', 'rapid-key');
    expect(resolveEndpoint({ provider: 'rapidapi' }).apiKey).toBe('rapid-key');
  });

  it('may be missing where a gateway asks for none', () => {
    vi.stubEnv('AILABAPI_API_KEY', '');
    const { apiKey, headers } = resolveEndpoint({ baseUrl: 'http://localhost:4000' });
    expect(apiKey).toBeUndefined();
    expect(Object.keys(headers)).toEqual(['accept', 'accept-encoding', 'user-agent']);
    expect(refusal({})).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each([['with a space'], ['with\nline'], ['schlüssel'], [5], [null], [{}]])('is not shown when it is no good: %o', (apiKey) => {
    const error = refusal({ apiKey });
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    if (typeof apiKey === 'string') expect(String(error)).not.toContain(apiKey);
  });
});

it('refuses a provider that it does not know', () => {
  expect(refusal({ apiKey: 'key-123', provider: 'zyla' })).toMatchObject({ message: `Expected provider to be 'ailab' or 'rapidapi' but received "zyla"` });
});
