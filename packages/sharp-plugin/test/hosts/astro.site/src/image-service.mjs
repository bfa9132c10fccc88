import { apiRequirements, BusyError } from '@slimface/core';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceService } from '@slimface/sharp-plugin/astro';
import sharpService from 'astro/assets/services/sharp';

const version = process.env.TEST_ENGINE_VERSION;

// Paints the upper half of a picture with its version and the degree: which pixels change is not what these tests are about.
const slimmer = {
  id: 'painter',
  version,
  requirements: apiRequirements,
  async slimPixels(pixels, { slimDegree }) {
    if (version === 'busy') throw new BusyError('The painter is at lunch');
    const data = Uint8Array.from(pixels.data).fill(100 + 50 * slimDegree + Number(version), 0, pixels.data.length / 2);
    const box = { x: 0, y: 0, width: pixels.width, height: pixels.height / 2 };
    return { pixels: { ...pixels, data }, faces: [{ box, landmarks: [], presence: 1, slimDegree }], slimDegree };
  },
  slim: () => Promise.reject(new Error('not part of the test')),
  detectFaces: () => Promise.reject(new Error('not part of the test')),
  close: () => Promise.resolve(),
};

export default slimFaceService(sharpService, createSlimFace({ slimmer, slimDegree: 2 }));
