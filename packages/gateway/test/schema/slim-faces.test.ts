import { type FaceSlimmer, isPixelSlimmer } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, groupPhoto, localEngine, multipart, post, query, type RunningGateway, slimFaceDocument, startGateway } from '../_setup.ts';
import { slimFaces } from './_operations.ts';

let gateway: RunningGateway;
let runs = 0;
beforeAll(async () => {
  const engine = await localEngine();
  const slimmer: FaceSlimmer = { ...engine, slim: (image, options) => (runs++, engine.slim(image, options)) };
  if (!isPixelSlimmer(slimmer)) throw new Error('The local engine lists faces');
  gateway = await startGateway({ slimmer, selfTest: async () => {} });
});
afterAll(() => gateway.stop());

const portrait = fixture('astronaut.png');

describe('slimFaces', () => {
  it('gives each photo its own outcome, in the order in which they were sent', async () => {
    const { status, body } = await slimFaces(gateway, [Buffer.from('This is not a photo.'), groupPhoto(3), portrait], { slimDegree: 1.5 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: {
        slimFaces: {
          __typename: 'SlimFacesSuccess',
          items: [
            { __typename: 'UnsupportedFormatError', code: 'UNSUPPORTED_FORMAT', retryable: false },
            { __typename: 'SlimmedImage', width: 1920, slimDegree: 1.5, faces: [{ slimDegree: 1.5 }, { slimDegree: 1.5 }, { slimDegree: 1.5 }] },
            { __typename: 'SlimmedImage', width: 512, slimDegree: 1.5, faces: [{ slimDegree: 1.5 }] },
          ],
        },
      },
    });
    const urls = body.data.slimFaces.items.slice(1).map(({ url }: { url: string }) => url);
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
  });

  it('gives the same items under every alias', async () => {
    const document = 'mutation ($input: SlimFacesInput!) { slimFaces(input: $input) { ... on SlimFacesSuccess { a: items { __typename } b: items { ...Id __typename } } } } fragment Id on SlimmedImage { id }';
    const { body } = await slimFaces(gateway, [portrait, Buffer.alloc(0)], { slimDegree: 0 }, {}, document);
    expect(body.data.slimFaces).toEqual({
      a: [{ __typename: 'SlimmedImage' }, { __typename: 'UnreadableImageError' }],
      b: [{ __typename: 'SlimmedImage', id: expect.any(String) }, { __typename: 'UnreadableImageError' }],
    });
  });

  it('answers when nobody asks for the items', async () => {
    const { body } = await slimFaces(gateway, [Buffer.alloc(0)], {}, {}, 'mutation ($input: SlimFacesInput!) { slimFaces(input: $input) { __typename } }');
    expect(body).toEqual({ data: { slimFaces: { __typename: 'SlimFacesSuccess' } } });
  });

  it('looks at no photo when the degree is not accepted, and says so once', async () => {
    const before = runs;
    for (const [slimDegree, received] of [
      [2.1, 2.1],
      [Number.NaN, null],
    ]) {
      const { body } = await slimFaces(gateway, [portrait, portrait], { slimDegree });
      expect(body.data.slimFaces).toMatchObject({ __typename: 'InvalidSlimDegreeError', code: 'INVALID_SLIM_DEGREE', min: 0, max: 2, received });
    }
    expect(runs).toBe(before);
  });

  it('needs a photo', async () => {
    const { body } = await slimFaces(gateway, []);
    expect(body.data.slimFaces).toEqual({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', argument: 'images', retryable: false, message: 'Expected images to hold at least 1 photo but received 0' });
  });

  it('takes no more photos than one request may bring', async () => {
    const narrow = await startGateway({ uploadLimits: { maxFiles: 2 } });
    const { status, body } = await slimFaces(narrow, [portrait, portrait, portrait]);
    expect(status).toBe(200);
    expect(body.data.slimFaces).toEqual({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', argument: 'images', retryable: false, message: 'Expected images to hold at most 2 photos but received 3' });
    expect((await query(narrow, '{ imageRequirements { maxImages } }')).body).toEqual({ data: { imageRequirements: { maxImages: 2 } } });
    const { body: tokens } = await fetch(`${narrow.url}/metrics`).then(async (answer) => ({ body: await answer.text() }));
    expect(Number(/^slimface_upload_bytes_total (\d+)$/m.exec(tokens)?.[1])).toBeLessThan(3 * portrait.byteLength);
    await narrow.stop();
  });

  it('counts every photo of a caller', async () => {
    const limited = await startGateway({ photosPerMinute: 3 });
    const never = await slimFaces(limited, [portrait, portrait, portrait, portrait]);
    expect(never.body.data.slimFaces).toMatchObject({ __typename: 'InvalidInputError', argument: 'images', message: expect.stringContaining('at most 3 photos at once') });
    const first = await slimFaces(limited, [portrait, portrait], { slimDegree: 0 });
    expect(first.body.data.slimFaces).toMatchObject({ items: [{ __typename: 'SlimmedImage' }, { __typename: 'SlimmedImage' }] });
    const second = await slimFaces(limited, [portrait, portrait], { slimDegree: 0 });
    expect(second.body.data.slimFaces).toMatchObject({ __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryable: true });
    expect(second.body.data.slimFaces.retryAfter).toSatisfy((seconds: number) => Number.isInteger(seconds) && seconds > 0 && seconds <= 60);
    await limited.stop();
  });

  it('goes together with slimFace in one request', async () => {
    const document = slimFaceDocument.replace('mutation ($input: SlimFaceInput!)', 'mutation ($input: SlimFaceInput!, $all: SlimFacesInput!)').replace(/\}\s*$/, 'slimFaces(input: $all) { ... on SlimFacesSuccess { items { __typename ... on SlimFaceError { code } } } } }');
    const form = multipart({ query: document, variables: { input: { image: null }, all: { images: [null] } } }, { 0: ['variables.input.image'], 1: ['variables.all.images.0'] }, { 0: portrait, 1: groupPhoto(3) });
    const { body } = await post(gateway, form);
    expect(body).toMatchObject({ data: { slimFace: { __typename: 'SlimmedImage' }, slimFaces: { items: [{ __typename: 'SlimmedImage' }] } } });
  });
});
