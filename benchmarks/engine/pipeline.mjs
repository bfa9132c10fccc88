import { inspectImage, resolveFaceShape } from '@slimface/core';

// The engine's stages one by one, from its built files: a benchmark may look inside.
const dist = new URL('../../packages/engine/dist/', import.meta.url);
const load = (file) => import(new URL(file, dist));

const [{ startInferencePool }, { loadKernels }, { uprightView }, { createPyramid }] = await Promise.all(
  ['models/inference-pool.js', 'kernels/load-kernels.js', 'image/orientation.js', 'image/pyramid.js'].map(load),
);
const [{ decode }, { detect }, { findLandmarks }, { buildFields }, { warp }, { encode }] = await Promise.all(
  ['decode', 'detect', 'landmarks', 'field', 'warp', 'encode'].map((stage) => load(`stages/${stage}.js`)),
);

export async function loadPipeline() {
  const inference = await startInferencePool(2);
  const kernels = await loadKernels();

  return {
    /** Wall time of each stage in ms. The pyramid is part of detection, which asks for it. */
    async timeStages(photo) {
      const times = {};
      const stage = async (name, task) => {
        const start = performance.now();
        const result = await task();
        times[name] = performance.now() - start;
        return result;
      };
      const image = await stage('decode', () => decode(photo, inspectImage(photo)));
      const { pixels, info } = image;
      const view = uprightView(info.width, info.height, info.orientation);
      const scene = { pyramid: createPyramid(pixels, view, kernels), view, inference };
      const detections = await stage('detect', () => detect(scene, 'auto', 0));
      const faces = await stage('landmarks', () => findLandmarks(scene, detections));
      const toSlim = faces.map(({ landmarks }) => ({ landmarks, slimDegree: 1, shape: resolveFaceShape() }));
      const fields = await stage('field', () => buildFields(toSlim, pixels.width, pixels.height));
      await stage('warp', () => fields.forEach((field) => warp(pixels, field, kernels)));
      await stage('encode', () => encode(image, { quality: 92 }));
      return times;
    },
    close: () => inference.close(),
  };
}
