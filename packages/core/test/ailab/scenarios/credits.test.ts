import { describe, expect, it } from 'vitest';
import { html, json, redirect, reply, resetAfterBody, silence } from '../_fake-api/answers.ts';
import { refusal } from '../_fake-api/envelopes.ts';
import { apiKey, startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';

const pool = (unique_sign: string, name: string, balance: unknown): object => ({
  unique_sign,
  name,
  balance,
  total: 2000,
  last_recharge_balance: 0,
  balance_warning: 0,
  first_buy_time: 1,
  last_update_time: 2,
});
const pools = [pool('portrait_intelligent_face_slimming', 'Face slimming', 120), pool('common', 'Universal', '30'), pool('cutout', 'Cutout', 7)];
const free = { paidCalls: 0 };

describe('credits', () => {
  it('are those of slimming and the universal ones, and each pool has its name', async () => {
    const { api, client, run } = await startScenario();
    api.credits.always(json(200, { request_id: 'r', error_code: 0, data: pools }));
    const { seen, value } = await run(() => client.credits());
    expect(seen).toEqual(succeeded(free));
    expect(value).toMatchObject({ usable: 150, slimming: 120, common: 30 });
    expect(value!.pools.map(({ name, balance }) => [name, balance])).toEqual([['Face slimming', 120], ['Universal', 30], ['Cutout', 7]]);
    expect(api.requests).toMatchObject([{ method: 'GET', path: '/api/common/query-credits', headers: { 'ailabapi-api-key': apiKey } }]);
  });

  it('are none when there are no pools', async () => {
    const { api, client, run } = await startScenario();
    api.credits.always(json(200, { data: [] }));
    expect((await run(() => client.credits())).value).toMatchObject({ usable: 0, pools: [] });
  });

  it.each([
    ['a reset', resetAfterBody],
    ['silence', silence],
    ['a page with status 502', html(502, '<h1>Bad gateway</h1>')],
    ['a refusal that may pass', refusal('G2', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 })],
  ])('are asked for again after %s, since asking costs nothing', async (_, answer) => {
    const { api, client, run } = await startScenario({ timeoutMs: 250 });
    api.credits.next(answer, json(200, { data: pools }));
    expect((await run(() => client.credits())).seen).toEqual(succeeded(free));
    expect(api.requests.length).toBe(2);
  });

  it.each([
    ['an unknown key', refusal('G2', { code: 'ERROR_APPLICATIONS_NOT_EXISTS', status: 401 }), failed('UNAUTHORIZED', free)],
    ['a page', html(404, '<h1>Not found</h1>'), failed('UPSTREAM_PROTOCOL', free)],
    ['a redirect', redirect('/elsewhere'), failed('UPSTREAM_PROTOCOL', free)],
  ])('fail for good with %s', async (_, answer, expected) => {
    const { api, client, run } = await startScenario();
    api.credits.always(answer);
    expect((await run(() => client.credits())).seen).toEqual(expected);
    expect(api.requests.length).toBe(1);
  });

  it.each([
    ['nothing', reply(200)],
    ['no list', json(200, { data: { common: 5 } })],
    ['a pool without a balance', json(200, { data: [{ unique_sign: 'common', name: 'Universal' }] })],
    ['a balance that is no number', json(200, { data: [pool('common', 'Universal', 'many')] })],
    ['a pool that is null', json(200, { data: [null] })],
  ])('are not made up from %s', async (_, answer) => {
    const { api, client, run } = await startScenario({ maxRetries: 0 });
    api.credits.always(answer);
    expect((await run(() => client.credits())).seen).toMatchObject({ code: 'UPSTREAM_PROTOCOL', billed: 'no', paidCalls: 0, left: [] });
  });

  it('can be aborted', async () => {
    const { api, client, run, controller } = await startScenario();
    api.credits.always(silence);
    const { seen, error } = await run(async () => {
      const asking = client.credits({ signal: controller.signal });
      await expect.poll(() => api.requests.length, { interval: 1, timeout: 10_000 }).toBe(1);
      controller.abort('enough');
      return asking;
    });
    expect(seen).toEqual(failed('ABORTED', free));
    expect(error!.cause).toBe('enough');
  });

  it('do not wait for slimmings under way', async () => {
    const { api, client, run, slim, controller } = await startScenario({ concurrency: 1 });
    api.calls.always(silence);
    api.credits.always(json(200, { data: pools }));
    const { value } = await run(async () => {
      const slimming = slim().catch(() => {});
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(1);
      const credits = await client.credits();
      controller.abort();
      await slimming;
      return credits.usable;
    });
    expect(value).toBe(150);
  });

  it('are not told by RapidAPI', async () => {
    const { api, client, run } = await startScenario({ provider: 'rapidapi' });
    expect((await run(() => client.credits())).seen).toEqual(failed('INVALID_INPUT', free));
    expect(api.connections).toBe(0);
  });
});
