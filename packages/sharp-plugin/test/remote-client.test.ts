import { createAilabClient, type AilabClient } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, success } from '../../core/test/ailab/_fake-api/envelopes.ts';
import { startFakeApi, type FakeApi } from '../../core/test/ailab/_fake-api/fake-api.ts';
import { serve } from '../../core/test/ailab/_fake-api/results.ts';
import { slimFace } from '../src/index.ts';
import { copies, portrait } from './_setup.ts';

let api: FakeApi;
let client: AilabClient;
beforeAll(async () => {
  api = await startFakeApi();
  client = createAilabClient({ baseUrl: api.origin, apiKey: 'key-of-a-test' });
});
afterAll(async () => {
  await client.close();
  await api.close();
});

describe.each(copies)('slimFace through the client of the API, on sharp $version', ({ sharp }) => {
  it('gives the pixels that the API gives', async () => {
    const sides = { width: 512, height: 512, channels: 3 } as const;
    api.calls.always(success('G2', api.resultUrl));
    api.downloads.always(serve(await sharp({ create: { ...sides, background: '#3a7' } }).png().toBuffer()));
    const { image, info } = await slimFace(sharp(portrait), { slimmer: client, slimDegree: 0.5, resolveWithObject: true });
    expect(info).toEqual({ changed: true, faces: [], width: 512, height: 512, cached: false });
    expect((await image.clone().resize(1, 1).raw().toBuffer()).toString('hex')).toBe('33aa77');
    expect(api.paid.at(-1)!.parts.map(({ name, type }) => [name, type])).toEqual([['slim_degree', undefined], ['image', 'image/png']]);
  });

  it('fails with what the API says', async () => {
    api.calls.always(refusal('G2', { code: 'ERROR_NO_FACE_IN_FILE', status: 422 }));
    await expect(slimFace(sharp(portrait), { slimmer: client, onNoFace: 'throw' })).rejects.toMatchObject({ code: 'NO_FACE', upstream: { code: 'ERROR_NO_FACE_IN_FILE' } });
  });
});
