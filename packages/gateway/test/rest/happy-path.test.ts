import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAilabClient, UnauthorizedError } from '@slimface/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayContext } from '../../src/context.ts';
import { queryCreditsEndpoint } from '../../src/rest/query-credits.ts';
import { fixture, groupPhoto, localEngine, slimFace, startGateway } from '../_setup.ts';
import { echo, failureOf, startTwin } from './_twin.ts';

const portrait = fixture('astronaut.png');

describe('our client of the vendor\'s API', () => {
  it('slims a photo by nothing but another base URL, with the bytes that GraphQL gives', async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    const client = createAilabClient({ baseUrl: gateway.url });

    for (const [photo, mediaType, slimDegree] of [[portrait, 'image/png', 1], [groupPhoto(3), 'image/jpeg', 1.7]] as const) {
      const slimmed = await client.slim(photo, { slimDegree });
      const bytes = await slimmed.bytes();
      const { body } = await slimFace(gateway, photo, { slimDegree });
      expect(bytes.byteLength).toBe(body.data.slimFace.byteSize);
      expect(Buffer.from(await (await fetch(body.data.slimFace.url)).arrayBuffer()).equals(bytes), 'the bytes are those of GraphQL').toBe(true);
      expect(Buffer.from(bytes).equals(photo), 'something has changed').toBe(false);
      expect(slimmed).toMatchObject({ mediaType, url: expect.stringContaining(`${gateway.url}/results/`), requestId: expect.stringMatching(/-/) });
    }
    await client.close();
  });

  it('sends 0 as 0 and gets the very photo back, and leaves the degree to the twin when there is none', async () => {
    const { client } = await startTwin();
    const untouched = await (await client.slim(portrait, { slimDegree: 0 })).bytes();
    expect(Buffer.from(untouched).equals(portrait)).toBe(true);

    const byDefault = await (await client.slim(portrait)).bytes();
    const byOne = await (await (await localEngine()).slim(portrait, { slimDegree: 1 })).bytes();
    expect(Buffer.from(byDefault).equals(byOne)).toBe(true);
  });

  it('finds its request in the log by either id', async () => {
    const { client, gateway, answers } = await startTwin();
    const { requestId, logId } = await client.slim(portrait);
    expect(answers()[0]!.headers.get('x-request-id')).toBe(requestId);
    expect(requestId!.replaceAll('-', '')).toBe(logId);
    const route = '/api/portrait/effects/smart-face-slimming';
    await expect.poll(() => gateway.logged.map(({ fields }) => fields)).toContainEqual(expect.objectContaining({ requestId, route, status: 200 }));
  });

  it('may be the engine of a gateway, whose clients then get the result from there', async () => {
    const behind = await startTwin();
    const { client, gateway } = await startTwin({ slimmer: createAilabClient({ baseUrl: behind.gateway.url }) });
    const slimmed = await client.slim(portrait, { slimDegree: 1.5 });
    expect(slimmed.url).toContain(`${gateway.url}/results/`);
    const expected = await (await (await localEngine()).slim(portrait, { slimDegree: 1.5 })).bytes();
    expect(Buffer.from(await slimmed.bytes()).equals(expected)).toBe(true);
    expect(await client.credits()).toMatchObject({ usable: 2_000_000 });

    expect(await failureOf(client.slim(groupPhoto(4)))).toMatchObject({ code: 'TOO_MANY_FACES', upstream: { code: 'ERROR_FACE_COUNT_INVALID' } });
  });
});

describe('credits', () => {
  it('are plenty where nothing is paid for', async () => {
    const { client, answers } = await startTwin();
    expect(await client.credits()).toMatchObject({ usable: 2_000_000, slimming: 1_000_000, common: 1_000_000 });
    const pool = { name: expect.any(String), balance: 1_000_000, total: 1_000_000, last_recharge_balance: 1_000_000, balance_warning: 0, first_buy_time: 0, last_update_time: expect.any(Number) };
    expect(answers()[0]!.data).toEqual([{ unique_sign: 'portrait_intelligent_face_slimming', ...pool }, { unique_sign: 'common', ...pool }]);
  });

  it('are those of the engine\'s account, without its other pools', async () => {
    const pools = [{ id: 'portrait_intelligent_face_slimming', name: 'Slimming', balance: 35, total: 2000 }, { id: 'common', name: 'Universal', balance: 7.5 }, { id: 'cutout', name: 'Cutout', balance: 9 }];
    const { client, answers } = await startTwin({ slimmer: { ...echo, ...{ credits: async () => ({ pools }) } } });
    expect(await client.credits()).toMatchObject({ usable: 42.5, slimming: 35, common: 7.5 });
    expect(answers()[0]!.data).toMatchObject([{ unique_sign: 'portrait_intelligent_face_slimming', balance: 35, total: 2000 }, { unique_sign: 'common', balance: 7.5, total: 7.5 }]);
  });

  it('are asked for once by all who wait for them', async () => {
    const asked: ((credits: object) => void)[] = [];
    const credits = (): Promise<object> => new Promise((resolve) => asked.push(resolve));
    const { answer } = queryCreditsEndpoint({ ...echo, ...{ credits } });
    const ask = (): Promise<unknown> => answer({} as IncomingMessage, {} as ServerResponse, { caller: { name: 'a', countedAs: 'a' } } as GatewayContext);
    const both = Promise.all([ask(), ask()]);
    expect(asked.length).toBe(1);
    asked[0]!({ pools: [] });
    expect(await both).toEqual([[], []]);
    void ask();
    expect(asked.length, 'and anew by who comes later').toBe(2);
  });

  it('fail without a word about the gateway\'s own key', async () => {
    const credits = async (): Promise<never> => Promise.reject(new UnauthorizedError('Expected a valid API key but the API refused sk-123'));
    const { client, answers } = await startTwin({ slimmer: { ...echo, ...{ credits } } });
    expect(await failureOf(client.credits())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstream: { code: 'SERVICE_INTERNAL_ERROR', httpStatus: 500 } });
    expect(answers()[0]!.message).not.toContain('key');
  });
});
