import type { FaceSlimmer } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, groupPhoto, localEngine, type RunningGateway, slimFace, startGateway } from '../_setup.ts';
import { type Box, detectFaces } from './_operations.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** Five faces, of which two are a little under 64 px. Lossless, so that every pixel that changes was changed on purpose. */
async function crowd(): Promise<Buffer> {
  const { width } = await sharp(groupPhoto(5)).metadata();
  return sharp(groupPhoto(5)).resize(Math.round(width * 0.355)).png().toBuffer();
}

describe('detectFaces', () => {
  it('lists the faces that are large enough from left to right, more than may be slimmed too', async () => {
    const { body } = await detectFaces(gateway, groupPhoto(5));
    const { faces } = body.data.detectFaces;
    expect(faces.map((face: { index: number }) => face.index)).toEqual([0, 1, 2, 3, 4]);
    expectLeftToRight(faces);
    for (const { presence } of faces) expect(presence).toSatisfy((value: number) => value > 0.5 && value <= 1);

    const small = await detectFaces(gateway, await crowd());
    const sides = small.body.data.detectFaces.faces.flatMap(({ box }: { box: Box }) => [box.width, box.height]);
    expect(sides).toHaveLength(6);
    expect(Math.min(...sides)).toBeGreaterThanOrEqual(64);
  });

  it('lists none where there is none', async () => {
    const { body } = await detectFaces(gateway, await sharp(fixture('astronaut.png')).extract({ left: 150, top: 230, width: 280, height: 280 }).toBuffer());
    expect(body).toEqual({ data: { detectFaces: { __typename: 'DetectedFaces', faces: [] } } });
  });

  it('reports a photo that is not accepted as slimFace does', async () => {
    const { body } = await detectFaces(gateway, Buffer.from('This is not a photo.'));
    expect(body.data.detectFaces).toMatchObject({ __typename: 'UnsupportedFormatError', code: 'UNSUPPORTED_FORMAT', retryable: false });
  });

  it('and slimFace with faces say so where the engine lists none', async () => {
    const { id, version, requirements, slim, close } = await localEngine();
    const slimmer: FaceSlimmer = { id, version, requirements, slim, close };
    const blind = await startGateway({ slimmer });
    const detected = await detectFaces(blind, fixture('astronaut.png'));
    expect(detected.body.data.detectFaces).toMatchObject({ __typename: 'InvalidInputError', argument: null, message: expect.stringContaining('an engine that lists faces') });
    const slimmed = await slimFace(blind, fixture('astronaut.png'), { faces: [{ index: 0, slimDegree: 2 }] });
    expect(slimmed.body.data.slimFace).toMatchObject({ __typename: 'InvalidInputError', argument: 'faces', message: expect.stringContaining('slims every face by the same degree') });
    await blind.stop();
  });
});

describe('slimFace with faces', () => {
  it('slims the face that detectFaces gave the index to, and no other', async () => {
    const photo = await crowd();
    const { body } = await detectFaces(gateway, photo);
    const boxes: Box[] = body.data.detectFaces.faces.map((face: { box: Box }) => face.box);
    for (const index of boxes.keys()) {
      const slimmed = (await slimFace(gateway, photo, { faces: [{ index, slimDegree: 2 }] })).body.data.slimFace;
      expect(slimmed.faces).toEqual(boxes.map((box, i) => ({ box, slimDegree: i === index ? 2 : 0 })));
      const result = Buffer.from(await (await fetch(slimmed.url)).arrayBuffer());
      const changes = await Promise.all(boxes.map((box) => changedIn(box, photo, result)));
      expect(changes[index]).toBeGreaterThan(500);
      expect(changes.toSpliced(index, 1)).toEqual([0, 0]);
    }
  });

  it('slims each by its own degree, or by slimDegree, and leaves the others', async () => {
    const { body } = await slimFace(gateway, groupPhoto(3), { slimDegree: 1.5, faces: [{ index: 2 }, { index: 0, slimDegree: 0.5 }] });
    expect(body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage', slimDegree: 0, faces: [{ slimDegree: 0.5 }, { slimDegree: 0 }, { slimDegree: 1.5 }] });
  });

  it('gives the photo back when the list is empty, and slims every face when it is null', async () => {
    const photo = groupPhoto(3);
    const none = (await slimFace(gateway, photo, { faces: [] })).body.data.slimFace;
    expect(none).toMatchObject({ slimDegree: 0, faces: [{ slimDegree: 0 }, { slimDegree: 0 }, { slimDegree: 0 }] });
    expect(Buffer.from(await (await fetch(none.url)).arrayBuffer()).equals(photo)).toBe(true);
    const all = (await slimFace(gateway, photo, { faces: null })).body.data.slimFace;
    expect(all).toMatchObject({ slimDegree: 1, faces: [{ slimDegree: 1 }, { slimDegree: 1 }, { slimDegree: 1 }] });
  });

  const refused: [name: string, faces: object[], error: object][] = [
    ['an index that is not there', [{ index: 3 }], { __typename: 'InvalidInputError', argument: 'faces', message: 'Expected faces[].index below the number of faces (3) but received 3' }],
    ['an index below 0', [{ index: -1 }], { __typename: 'InvalidInputError', argument: 'faces', message: 'Expected faces[].index to be a whole number from 0 up but received -1' }],
    ['a face that is listed twice', [{ index: 1 }, { index: 1 }], { __typename: 'InvalidInputError', argument: 'faces', message: 'Expected each face in faces once but received face 1 twice' }],
    ['a degree out of range', [{ index: 0, slimDegree: 2.5 }], { __typename: 'InvalidSlimDegreeError', min: 0, max: 2, received: 2.5 }],
    ['a degree that is NaN', [{ index: 0, slimDegree: Number.NaN }], { __typename: 'InvalidSlimDegreeError', min: 0, max: 2, received: null }],
  ];
  it.for(refused)('refuses %s', async ([, faces, error]) => {
    const { body } = await slimFace(gateway, groupPhoto(3), { faces });
    expect(body.data.slimFace).toMatchObject({ retryable: false, ...error });
  });
});

function expectLeftToRight(faces: readonly { box: Box }[]): void {
  const lefts = faces.map(({ box }) => box.x);
  expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
}

/** Number of pixels within `box` that differ. */
async function changedIn({ x, y, width, height }: Box, before: Buffer, after: Buffer): Promise<number> {
  const area = { left: Math.round(x), top: Math.round(y), width: Math.round(width), height: Math.round(height) };
  const [a, b] = await Promise.all([before, after].map((image) => sharp(image).extract(area).removeAlpha().raw().toBuffer()));
  let changed = 0;
  for (let at = 0; at < a!.length; at += 3) if (!a!.subarray(at, at + 3).equals(b!.subarray(at, at + 3))) changed++;
  return changed;
}
