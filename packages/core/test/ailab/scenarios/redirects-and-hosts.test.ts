import { describe, expect, it } from 'vitest';
import { redirect } from '../_fake-api/answers.ts';
import { success } from '../_fake-api/envelopes.ts';
import { serve } from '../_fake-api/results.ts';
import { slimmed } from './_portraits.ts';
import { privateAddresses } from './_private-addresses.ts';
import { apiKey, startScenario, type Scenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';

const refused = failed('RESULT_UNAVAILABLE', { billed: 'yes' });
const refusedAfterHop = failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 1 });

describe('the address of a result', () => {
  it.each(privateAddresses)('is refused on a private host: %s', async (url) => {
    const { api, run, fetchResult } = await startScenario();
    api.calls.always(success('G2', url));
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(refused);
    expect(error!.url).toBe(url);
  });

  it.each([
    ['plain http', ({ other }: Scenario) => other.origin.replace('https:', 'http:')],
    ['plain http on another port of the API', ({ api }: Scenario) => api.origin.replace(/:\d+$/, ':9')],
    ['ftp', () => 'ftp://results.example'],
    ['a file', () => 'file://'],
  ])('makes no result when it is on %s, private hosts allowed or not', async (_, origin) => {
    for (const allowPrivateHosts of [false, true]) {
      const scenario = await startScenario({ withOther: true, allowPrivateHosts, maxRetries: 0 });
      scenario.api.calls.always(success('G2', `${origin(scenario)}/a.jpg`));
      expect((await scenario.run(scenario.slim)).seen).toMatchObject({ code: 'UPSTREAM_PROTOCOL', billed: 'unknown', paidCalls: 1, downloadTries: 0, left: [] });
      expect(scenario.other.connections).toBe(0);
    }
  });

  it('may be on the very origin that the user named, on plain http, private and unlisted as it is', async () => {
    const { api, run, fetchResult } = await startScenario({ resultHosts: ['results.example'] });
    expect(api.origin).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
  });

  it('may be on another https host, a private one if that is allowed', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true });
    api.calls.always(success('G2', other.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
    expect(other.fetched.length).toBe(1);
    expect(other.requests.map(({ rawHeaders }) => rawHeaders.join('\n')).join('\n')).not.toContain(apiKey);
  });

  it('is not trusted on a host with a certificate of its own making', async () => {
    const { other } = await startScenario({ withOther: true });
    const { api, run, fetchResult } = await startScenario({ allowPrivateHosts: true });
    api.calls.always(success('G2', other.resultUrl));
    expect((await run(() => fetchResult())).seen).toMatchObject({ code: 'RESULT_UNAVAILABLE', billed: 'yes', paidCalls: 1, left: [] });
    expect(other.requests).toEqual([]);
  });

  it('with a user name in it is refused', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true });
    api.calls.always(success('G2', other.resultUrl.replace('https://', 'https://me:pass@')));
    expect((await run(() => fetchResult())).seen).toEqual(refused);
    expect(other.connections).toBe(0);
  });
});

describe('the list of hosts', () => {
  it.each([
    ['the host', ['127.0.0.1'], true],
    ['the host among others', ['results.example', '127.0.0.1'], true],
    ['another host', ['results.example'], false],
    ['hosts below another one', ['*.results.example'], false],
    ['a host that begins alike', ['127.0.0.1.example'], false],
    ['nothing', [], false],
  ] as const)('with %s in it', async (_, resultHosts, allowed) => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true, resultHosts });
    api.calls.always(success('G2', other.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(allowed ? succeeded({ downloadTries: 1 }) : refused);
    expect(other.fetched.length).toBe(allowed ? 1 : 0);
  });

  it('knows names as well, at their full length', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true, resultHosts: ['localhost'] });
    api.calls.always(success('G2', other.resultUrl.replace('127.0.0.1', 'localhost')));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
  });

  it('does not open private hosts by itself', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, resultHosts: ['127.0.0.1'] });
    api.calls.always(success('G2', other.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(refused);
    expect(other.connections).toBe(0);
  });

  it('holds for each hop', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true, resultHosts: ['results.example'] });
    api.downloads.always(redirect(other.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(refusedAfterHop);
    expect(other.connections).toBe(0);
  });
});

describe('a redirect of a result', () => {
  /** A chain of so many hops on the server of the API, with the result at its end. */
  function chain({ api }: Scenario, hops: number): void {
    api.calls.always(success('G2', `${api.origin}/hop/${hops}`));
    for (let hop = hops; hop > 0; hop--) api.at(`/hop/${hop}`).always(redirect(`/hop/${hop - 1}`));
    api.at('/hop/0').always(serve(slimmed));
  }

  it.each([1, 2, 3])('is followed for %s hops', async (hops) => {
    const scenario = await startScenario();
    chain(scenario, hops);
    expect((await scenario.run(() => scenario.fetchResult())).seen).toEqual(succeeded({ downloadTries: hops + 1 }));
  });

  it('is not followed for more than 3 hops', async () => {
    const scenario = await startScenario();
    chain(scenario, 4);
    expect((await scenario.run(() => scenario.fetchResult())).seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 4 }));
    expect(scenario.api.fetched.map(({ path }) => path)).toEqual(['/hop/4', '/hop/3', '/hop/2', '/hop/1']);
  });

  it('to itself ends', async () => {
    const { api, run, fetchResult } = await startScenario();
    api.calls.always(success('G2', `${api.origin}/loop`));
    api.at('/loop').always(redirect('/loop'));
    expect((await run(() => fetchResult())).seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 4 }));
  });

  it.each([301, 302, 303, 307, 308])('is followed with status %s', async (status) => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(redirect('/moved', status));
    api.at('/moved').always(serve(slimmed));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 2 }));
  });

  it.each([
    ...privateAddresses,
    'http://127.0.0.1:9/a.jpg',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/a.jpg',
    'http://results.example/a.jpg',
    'file:///etc/passwd',
    'data:image/jpeg;base64,/9j/',
    'http://',
    '//',
  ])('is not followed to %s', async (location) => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(redirect(location));
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(refusedAfterHop);
    expect(error!.url).toBe(api.resultUrl);
  });

  it('is not followed to plain http elsewhere, also when private hosts are allowed', async () => {
    const target = await startScenario();
    const { api, run, fetchResult } = await startScenario({ allowPrivateHosts: true });
    api.downloads.always(redirect(target.api.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(refusedAfterHop);
    expect(target.api.connections).toBe(0);
  });

  it('is followed to another host that is allowed, and back', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true });
    api.at('/end').always(serve(slimmed));
    api.downloads.always(redirect(other.resultUrl));
    other.downloads.always(redirect(`${api.origin}/end`));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 3 }));
  });

  it('never carries the key, on any hop', async () => {
    const { api, other, run, fetchResult } = await startScenario({ withOther: true, allowPrivateHosts: true });
    api.downloads.next(redirect('/faceBody/next'), redirect(other.resultUrl));
    await run(() => fetchResult());
    const headers = [...api.fetched, ...other.fetched].map(({ rawHeaders }) => rawHeaders.join('\n').toLowerCase());
    expect(headers.length).toBe(3);
    for (const lines of headers) expect(lines).not.toMatch(new RegExp(`${apiKey}|api-key|rapidapi|authorization`));
  });

  it('without an address is no result', async () => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(({ response }) => response.writeHead(302, { 'content-length': 0 }).end());
    expect((await run(() => fetchResult())).seen).toEqual(refusedAfterHop);
  });
});
