import { createAilabClient, type FaceSlimmer, isPixelSlimmer, type PixelSlimmer, type SlimmedFace } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, fixture, groupPhoto, localEngine, multipart, post, query, type RunningGateway, startGateway } from '../_setup.ts';
import { slimFaces } from './_operations.ts';

const faceFields = 'box { x y width height } slimDegree narrowing { pixels percent } lambda warnings';
const document = /* GraphQL */ `
  mutation ($input: SlimFaceInput!) {
    slimFace(input: $input) {
      __typename
      ... on SlimmedImage { id url slimDegree faces { ${faceFields} } }
      ... on SlimFaceError { code message retryable }
      ... on InvalidInputError { argument }
    }
  }
`;
const no = { jaw: 0, cheek: 0, chin: 0, chinWidth: 0, symmetry: 0 };

let engine: PixelSlimmer;
let gateway: RunningGateway;
/** Three faces, lossless, so that every pixel that changes was changed on purpose. */
let group: Buffer;
beforeAll(async () => {
  const local = await localEngine();
  if (!isPixelSlimmer(local)) throw new Error('Expected an engine for pixels');
  engine = local;
  gateway = await startGateway();
  group = await sharp(groupPhoto(3)).resize(900).png({ compressionLevel: 1 }).toBuffer();
});
afterAll(() => gateway.stop());

function send(image: Uint8Array, input: object, to: RunningGateway = gateway): Promise<Answer> {
  return post(to, multipart({ query: document, variables: { input: { image: null, ...input } } }, { 0: ['variables.input.image'] }, { 0: image }));
}
async function slim(image: Uint8Array, input: object): Promise<any> {
  return (await send(image, input)).body.data.slimFace;
}
async function download(url: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}
/** What the answer says of the faces that an engine reports. */
function told(faces: readonly SlimmedFace[]): object[] {
  return faces.map(({ box, slimDegree, narrowing = null, lambda = null, warnings = [] }) => ({ box, slimDegree, narrowing, lambda, warnings }));
}

describe('slimFace with a shape', () => {
  it('gives what the engine gives, and its report on each face, also to who looks it up later', async () => {
    const photo = fixture('astronaut.png');
    const shape = { jaw: -0.8, chin: 0.5 };
    const expected = await engine.slim(photo, { slimDegree: 0, shape });
    const answer = await slim(photo, { slimDegree: 0, shape });
    expect(answer).toMatchObject({ __typename: 'SlimmedImage', slimDegree: 0, faces: told(expected.faces) });
    const result = await download(answer.url);
    expect(result.equals(await expected.bytes())).toBe(true);
    expect(result.equals(photo)).toBe(false);
    expect(expected.faces[0]).toMatchObject({ narrowing: { pixels: expect.any(Number), percent: expect.any(Number) }, lambda: expect.any(Number), warnings: expect.any(Array) });
    const again = await query(gateway, `query ($id: ID!) { node(id: $id) { ... on SlimmedImage { faces { ${faceFields} } } } }`, { id: answer.id });
    expect(again.body.data.node.faces).toEqual(answer.faces);
  });

  it('is slimFace without one when nothing in it changes anything, or when it is null', async () => {
    const photo = fixture('astronaut.png');
    const [plain, ...others] = await Promise.all([{}, { shape: null }, { shape: {} }, { shape: no }].map(async (input) => download((await slim(photo, input)).url)));
    for (const other of others) expect(other.equals(plain!)).toBe(true);
  });

  it('of slimFaces is that of each photo', async () => {
    const photo = fixture('astronaut.png');
    const { body } = await slimFaces(gateway, [photo, photo], { slimDegree: 0, shape: { cheek: -1 } });
    const expected = await (await engine.slim(photo, { slimDegree: 0, shape: { cheek: -1 } })).bytes();
    for (const { url } of body.data.slimFaces.items) expect((await download(url)).equals(expected)).toBe(true);
  });
});

describe('slimFace with faces', () => {
  it('knows a face by a point as it knows it by its index, and touches no other', async () => {
    const faces = await engine.detectFaces(group);
    const { x, y, width, height } = faces[1]!.box;
    const byPoint = await slim(group, { faces: [{ at: { x: x + width / 2, y: y + height / 3 }, slimDegree: 2 }] });
    const byIndex = await slim(group, { faces: [{ index: 1, slimDegree: 2 }] });
    expect(byPoint.faces.map((face: SlimmedFace) => face.slimDegree)).toEqual([0, 2, 0]);
    expect((await download(byPoint.url)).equals(await download(byIndex.url))).toBe(true);
    expect(byPoint.faces).toEqual(byIndex.faces);
  });

  it('gives a listed face the shape beside the list unless it has its own, and one that is not listed none', async () => {
    const shape = { jaw: -1 };
    const answer = await slim(group, { shape, faces: [{ index: 0, slimDegree: 0 }, { index: 2, slimDegree: 0, shape: { chinWidth: -1 } }] });
    const expected = await engine.slim(group, { slimDegree: 0, faces: [{ index: 0, slimDegree: 0, shape }, { index: 2, slimDegree: 0, shape: { chinWidth: -1 } }] });
    expect((await download(answer.url)).equals(await expected.bytes())).toBe(true);
    expect(answer).toMatchObject({ slimDegree: 0, faces: told(expected.faces) });
  });

  const refused: [name: string, input: object, argument: string, message: string][] = [
    ['a control out of range', { shape: { jaw: 1.5 } }, 'shape', 'Expected shape.jaw between -1 and 1 but received 1.5'],
    ['a control that is NaN', { shape: { chin: Number.NaN } }, 'shape', 'Expected shape.chin between -1 and 1 but received null'],
    ['a control of a face out of range', { faces: [{ index: 0, shape: { symmetry: -2 } }] }, 'faces', 'Expected shape.symmetry between -1 and 1 but received -2'],
    ['a face without a name', { faces: [{ slimDegree: 1 }] }, 'faces', 'Expected either index or at in faces[] but received neither'],
    ['a face whose names are null', { faces: [{ index: null, at: null }] }, 'faces', 'Expected either index or at in faces[] but received neither'],
    ['a face with two names', { faces: [{ index: 0, at: { x: 1, y: 1 } }] }, 'faces', 'Expected either index or at in faces[] but received both'],
    ['a point outside every face', { faces: [{ at: { x: 1, y: 1 } }] }, 'faces', 'Expected faces[].at inside one of the 3 faces'],
  ];
  it.for(refused)('refuses %s', async ([, input, argument, message]) => {
    expect(await slim(group, input)).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', retryable: false, argument, message: expect.stringContaining(message) });
  });

  it('refuses a face that an index and a point name', async () => {
    const { box } = (await engine.detectFaces(group))[0]!;
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    expect(await slim(group, { faces: [{ index: 0 }, { at }] })).toMatchObject({ __typename: 'InvalidInputError', argument: 'faces', message: expect.stringContaining('face 0 twice') });
  });

  it('refuses a control that nobody knows as a fault of the request', async () => {
    const { body } = await send(group, { shape: { nose: 1 } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('an engine that knows no shape', () => {
  const engines: [name: string, start: () => Promise<FaceSlimmer>][] = [
    ['for encoded images', async () => ({ id: engine.id, version: engine.version, requirements: engine.requirements, slim: engine.slim, close: async () => {} })],
    ['of the vendor', async () => createAilabClient({ apiKey: 'key-of-a-test', baseUrl: 'http://127.0.0.1:9' })], // where nobody listens
  ];
  it.for(engines)('%s is not asked for one, which is refused by name', async ([, start]) => {
    const slimmer = await start();
    const remote = await startGateway({ slimmer });
    const photo = fixture('astronaut.png');
    const refusal = (name: string, argument: string) => ({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', argument, retryable: false, message: `Expected no ${name}, because the engine ${slimmer.id} knows no shape, but received 0.5` });
    for (const control of Object.keys(no)) {
      expect((await send(photo, { shape: { [control]: 0.5 } }, remote)).body.data.slimFace).toEqual(refusal(`shape.${control}`, 'shape'));
    }
    const several = await slimFaces(remote, [photo], { shape: { jaw: 0.5 } });
    expect(several.body.data.slimFaces).toEqual(refusal('shape.jaw', 'shape'));
    const some = await send(photo, { faces: [] }, remote);
    expect(some.body.data.slimFace).toMatchObject({ __typename: 'InvalidInputError', argument: 'faces', message: expect.stringContaining('slims every face by the same degree') });
    await remote.stop();
    await slimmer.close();
  });

  it('slims with a shape that changes nothing, and says that it measured nothing', async () => {
    const slimmer: FaceSlimmer = {
      id: 'plain', version: '1', requirements: engine.requirements, close: async () => {},
      slim: async (image, options) => {
        const slimmed = await engine.slim(image, options);
        return { ...slimmed, faces: slimmed.faces.map(({ box, landmarks, presence, slimDegree }) => ({ box, landmarks, presence, slimDegree })) };
      },
    };
    const plain = await startGateway({ slimmer });
    const { body } = await send(fixture('astronaut.png'), { shape: no }, plain);
    expect(body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage', faces: [{ slimDegree: 1, narrowing: null, lambda: null, warnings: [] }] });
    await plain.stop();
  });
});

describe('detectFaces', () => {
  it('tells how heads are turned, as the engine does', async () => {
    const source = 'mutation ($input: DetectFacesInput!) { detectFaces(input: $input) { ... on DetectedFaces { faces { index roll yaw pitch } } } }';
    const { body } = await post(gateway, multipart({ query: source, variables: { input: { image: null } } }, { 0: ['variables.input.image'] }, { 0: group }));
    const faces = await engine.detectFaces(group);
    expect(body.data.detectFaces.faces).toEqual(faces.map(({ roll = null, yaw = null, pitch = null }, index) => ({ index, roll, yaw, pitch })));
  });
});
