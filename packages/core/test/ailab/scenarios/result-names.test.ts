import type { LookupAddress, LookupOptions } from 'node:dns';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { redirect } from '../_fake-api/answers.ts';
import { success } from '../_fake-api/envelopes.ts';
import { startScenario } from './_scenario.ts';
import { failed } from './_seen.ts';

type Callback = (error: Error | null, addresses: LookupAddress[]) => void;
const { names, lookedUp } = vi.hoisted(() => ({ names: new Map<string, LookupAddress[]>(), lookedUp: [] as string[] }));

vi.mock('node:dns', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:dns')>()),
  lookup: (name: string, _: LookupOptions, callback: Callback) => {
    lookedUp.push(name);
    queueMicrotask(() => callback(null, names.get(name)!));
  },
}));

const privateOnly: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];
const mixed: LookupAddress[] = [{ address: '93.184.216.34', family: 4 }, { address: '10.0.0.7', family: 4 }];
const private6: LookupAddress[] = [{ address: '::ffff:169.254.169.254', family: 6 }];

beforeEach(() => {
  names.clear();
  lookedUp.length = 0;
});

describe('the name of a result host', () => {
  it.each([
    ['a private address', privateOnly],
    ['a public and a private address', mixed],
    ['a private address inside of another', private6],
  ])('is refused when it stands for %s', async (_, addresses) => {
    const { other } = await startScenario({ withOther: true });
    names.set('results.example', addresses);
    // No dispatcher of its own, so that the client's look-up is at work.
    const { api, run, fetchResult } = await startScenario();
    const url = `https://results.example:${new URL(other.origin).port}/a.jpg`;
    api.calls.always(success('G2', url));
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes' }));
    expect(error!.url).toBe(url);
    expect(lookedUp).toEqual(['results.example']);
    expect(other.connections).toBe(0);
  });

  it('is refused on a hop too', async () => {
    const { other } = await startScenario({ withOther: true });
    names.set('results.example', privateOnly);
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(redirect(`https://results.example:${new URL(other.origin).port}/a.jpg`));
    expect((await run(() => fetchResult())).seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 1 }));
    expect(lookedUp).toEqual(['results.example']);
    expect(other.connections).toBe(0);
  });
});
