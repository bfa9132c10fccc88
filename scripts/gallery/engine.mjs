import { resolveSlimOptions } from '@slimface/core';
import sharp from 'sharp';
import { largestShift } from './displacement.mjs';
import { measure } from './face.mjs';

// The engine's stages from its built files: the gallery shows the field, which no public function tells.
const dist = new URL('../../packages/engine/dist/', import.meta.url);
const [{ plan }, { warp }, { startInferencePool }, { loadKernels }, { resolveFindOptions }, { engineRequirements }] = await Promise.all(
  ['pipeline.js', 'stages/warp.js', 'models/inference-pool.js', 'kernels/load-kernels.js', 'find-options.js', 'requirements.js'].map((file) => import(new URL(file, dist))),
);

/** The degrees that are shown. */
export const degrees = [0.5, 1, 2];

export async function startEngine() {
  const parts = { inference: await startInferencePool(1), kernels: await loadKernels(), requirements: engineRequirements };

  return {
    /**
     * Slims a photo by each of the degrees, through the very fields that the engine applies.
     * @returns the upright photo, its faces with what was done to each by degree, and the slimmed photos with their fields
     */
    async slim(path) {
      const before = await readUpright(path);
      const versions = [];
      for (const slimDegree of degrees) {
        const options = { ...resolveSlimOptions({ slimDegree }), find: resolveFindOptions({}) };
        const { faces, fields } = await plan(before, 1, parts, options);
        const pixels = { ...before, data: Uint8Array.from(before.data) };
        for (const field of fields) warp(pixels, field, parts.kernels);
        versions.push({ slimDegree, faces, fields, pixels });
      }
      const strongest = versions.at(-1);
      const faces = strongest.faces.map((face, i) => ({
        ...measure(face),
        largestShift: largestShift(strongest.fields, measure(face)),
        results: versions.map((version) => ({ ...version.faces[i], slimDegree: version.slimDegree })),
      }));
      return { before, faces, versions };
    },
    close: () => parts.inference.close(),
  };
}

/** Any photo that sharp reads as upright pixels, 8 bits of red, green and blue each. */
async function readUpright(path) {
  const image = sharp(path).autoOrient().flatten({ background: '#808080' }).toColourspace('srgb');
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
