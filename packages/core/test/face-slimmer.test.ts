import { apiRequirements, createSlimmedImage, isPixelSlimmer, type FaceSlimmer, type PixelSlimmer } from '@slimface/core';
import { expect, it } from 'vitest';

const encodedOnly: FaceSlimmer = {
  id: 'third-party',
  version: '1',
  requirements: apiRequirements,
  slim: async () => createSlimmedImage({ mediaType: 'image/png', width: 1, height: 1, faces: [], slimDegree: 1, engine: 'third-party' }, new Uint8Array()),
  close: async () => {},
};

it('tells engines that work on pixels from those that do not', () => {
  const withPixels: PixelSlimmer = {
    ...encodedOnly,
    detectFaces: async () => [],
    slimPixels: async (pixels) => ({ pixels, faces: [], slimDegree: 1 }),
  };
  expect(isPixelSlimmer(withPixels)).toBe(true);
  expect(isPixelSlimmer(encodedOnly)).toBe(false);
  expect(isPixelSlimmer({ ...encodedOnly, slimPixels: undefined } as FaceSlimmer)).toBe(false);
});

it('sees a method that is inherited', () => {
  class Engine {
    slimPixels(): void {}
  }
  expect(isPixelSlimmer(Object.assign(new Engine(), encodedOnly))).toBe(true);
});
