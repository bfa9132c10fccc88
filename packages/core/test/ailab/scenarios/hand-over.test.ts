import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { success } from '../_fake-api/envelopes.ts';
import { picture } from '../../_images.ts';
import { startScenario } from './_scenario.ts';

/** A photo that no connection takes at once. */
const photo = Buffer.concat([await picture(200, 150).jpeg().toBuffer(), Buffer.alloc(20 * 2 ** 20, 7)]);

describe('a caller who leaves, and uses the memory of the photo again', () => {
  it('does not change what is sent for the others: an upload that is not through is sent again, for free', async () => {
    const { api, client, run } = await startScenario({ preflight: false, maxRetries: 0 });
    const [mine, yours] = [Buffer.from(photo), Buffer.from(photo)];
    const leave = new AbortController();
    const { seen } = await run(async () => {
      let took = (): void => {};
      const taken = new Promise<void>((resolve) => (took = resolve));
      api.calls.next(async ({ request }) => {
        request.pause(); // takes what the sockets take, and no more
        took();
        await once(request, 'close').catch(() => {}); // aborted, as it should be
      }, success('G2', api.resultUrl));
      const first = client.slim(mine, { signal: leave.signal });
      const second = client.slim(yours);
      await taken;
      leave.abort();
      await expect(first).rejects.toMatchObject({ code: 'ABORTED', billed: 'unknown' });
      mine.fill(9);
      return second;
    });
    expect(seen.code).toBe('OK');
    const whole = api.paid.filter(({ complete }) => complete);
    expect(whole).toHaveLength(1);
    expect(whole[0]!.parts.find(({ name }) => name === 'image')!.bytes.equals(photo)).toBe(true);
  });

  it('does not change what a retry sends', async () => {
    const { api, client, run } = await startScenario({ preflight: false });
    const small = photo.subarray(0, 50_000);
    const [mine, yours] = [Buffer.from(small), Buffer.from(small)];
    const leave = new AbortController();
    const { seen } = await run(async () => {
      api.calls.next(async ({ body, response }) => {
        await body();
        leave.abort();
        mine.fill(9);
        response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error_detail: { code: 'AI_SERVICE_FLOW_RESTRICTION' } }));
      }, success('G2', api.resultUrl));
      const first = client.slim(mine, { signal: leave.signal });
      const second = client.slim(yours);
      await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
      return second;
    });
    expect(seen).toMatchObject({ code: 'OK', paidCalls: 2 });
    expect(api.paid.map(({ parts }) => parts.find(({ name }) => name === 'image')!.bytes.equals(small))).toEqual([true, true]);
  });
});
