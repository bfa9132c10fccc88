import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, guardHeader, localEngine, query, type RunningGateway, slimFace, startGateway } from '../_setup.ts';
import { detectFaces, slimFaces, withKey } from './_operations.ts';

const key = 'a-key-that-is-long-enough';
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ apiKeys: [{ name: 'shop', sha256: createHash('sha256').update(key).digest('hex') }] });
});
afterAll(() => gateway.stop());

const noPhoto = Buffer.from('This is not a photo.');
const wrongInputs = { slimDegree: 99, faces: [{ index: -1, slimDegree: 99 }], idempotencyKey: '' };

describe('without a key', () => {
  it.for([{}, wrongInputs])('slimFace tells nothing but that, whatever is wrong with the input: %j', async (input) => {
    const { status, body } = await slimFace(gateway, noPhoto, input);
    expect(status).toBe(200);
    expect(body.data.slimFace).toEqual({ __typename: 'UnauthorizedError', code: 'UNAUTHORIZED', retryable: false, message: expect.stringContaining('API key') });
  });

  it('slimFaces and detectFaces do the same', async () => {
    for (const images of [[], [noPhoto]]) {
      const { body } = await slimFaces(gateway, images, { slimDegree: 99 });
      expect(body.data.slimFaces).toMatchObject({ __typename: 'UnauthorizedError' });
    }
    expect((await detectFaces(gateway, noPhoto)).body.data.detectFaces).toMatchObject({ __typename: 'UnauthorizedError' });
  });

  it('a wrong key is none', async () => {
    const { body } = await slimFace(gateway, noPhoto, wrongInputs, withKey('another-key-of-that-length'));
    expect(body.data.slimFace).toMatchObject({ __typename: 'UnauthorizedError' });
  });

  it('everybody may ask what is accepted and who slims', async () => {
    const { id, version } = await localEngine();
    const { body } = await query(gateway, '{ engine { id version } imageRequirements { maxFaces } }');
    expect(body).toEqual({ data: { engine: { id, version }, imageRequirements: { maxFaces: 3 } } });
  });

  it('nobody learns whether a result is there', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 }, withKey(key));
    for (const id of [body.data.slimFace.id, 'x']) {
      const lookup = await query(gateway, 'query ($id: ID!) { slimmedImage(id: $id) { __typename } }', { id });
      expect(lookup.body).toEqual({ data: { slimmedImage: { __typename: 'UnauthorizedError' } } });
      const node = await query(gateway, 'query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(node.body).toMatchObject({ data: { node: null }, errors: [{ extensions: { code: 'UNAUTHORIZED', retryable: false } }] });
      const nodes = await query(gateway, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array.from({ length: 101 }, () => id) });
      expect(nodes.body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHORIZED' } }] });
    }
  });
});

describe('with a key', () => {
  it('each of these is told by its own name', async () => {
    const told = async (input: object): Promise<object> => (await slimFace(gateway, noPhoto, { ...input }, withKey(key))).body.data.slimFace;
    expect(await told({})).toMatchObject({ __typename: 'UnsupportedFormatError' });
    expect(await told({ slimDegree: 99 })).toMatchObject({ __typename: 'InvalidSlimDegreeError', received: 99 });
    expect(await told({ faces: [{ index: -1 }] })).toMatchObject({ __typename: 'InvalidInputError', argument: 'faces' });
    expect(await told({ idempotencyKey: '' })).toMatchObject({ __typename: 'InvalidInputError', argument: 'idempotencyKey' });
  });

  it('in the header authorization, too', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), {}, { headers: { ...guardHeader, authorization: `Bearer ${key}` } });
    expect(body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage' });
  });
});
