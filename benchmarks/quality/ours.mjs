// The engine, from its built files: a benchmark may look inside.
import { performance } from 'node:perf_hooks';
import { FaceTooSmallError, inspectImage, resolveFaceShape, resolveSlimOptions } from '@slimface/core';
import { mapOfField } from './maps.mjs';

const dist = new URL('../../packages/engine/dist/', import.meta.url);
const load = (file) => import(new URL(file, dist));

const [{ startInferencePool }, { loadKernels }, { plan }, { resolveFindOptions }, { engineRequirements }] = await Promise.all(
  ['models/inference-pool.js', 'kernels/load-kernels.js', 'pipeline.js', 'find-options.js', 'requirements.js'].map(load),
);
const [{ decode }, { findFaces }, { buildFields }, { warp }, { encode }, { applyAffine, uprightView }] = await Promise.all(
  ['stages/decode.js', 'stages/find-faces.js', 'stages/field.js', 'stages/warp.js', 'stages/encode.js', 'image/orientation.js'].map(load),
);

export async function loadOurs() {
  const inference = await startInferencePool(2);
  const engine = { inference, kernels: await loadKernels(), requirements: engineRequirements };
  const find = resolveFindOptions({});

  return {
    /** Slims a copy of upright RGB pixels: the faces, the maps really applied, the pixels, and ms of field and warp. */
    async slim(picture, slimDegree) {
      const { faces, fields } = await plan(picture, 1, engine, { ...resolveSlimOptions({ slimDegree }), find }).catch((error) => {
        if (error instanceof FaceTooSmallError) return { faces: [], fields: [] };
        throw error;
      });
      const toSlim = faces.map(({ landmarks }) => ({ landmarks, slimDegree, shape: resolveFaceShape() }));
      const [, fieldMs] = await best(() => buildFields(toSlim, picture.width, picture.height));
      const [data, warpMs] = await best((copy) => {
        for (const field of fields) warp({ ...picture, data: copy }, field, engine.kernels);
        return copy;
      }, () => Buffer.from(picture.data));
      return { faces, maps: fields.map(mapOfField), data, ms: fieldMs + warpMs };
    },
    /** Least wall time in ms of each stage on a file as it is. */
    async timeStages(file) {
      const [image, decodeMs] = await best(() => decode(file, inspectImage(file)));
      const { pixels, info } = image;
      const view = uprightView(info.width, info.height, info.orientation);
      const [{ faces: found }, findMs] = await best(() => findFaces(pixels, view, find, inference, engine.kernels));
      const toSlim = found.map(({ landmarks }) => ({ landmarks: landmarks.map((point) => applyAffine(view.toStored, point)), slimDegree: 1, shape: resolveFaceShape() }));
      const [fields, fieldMs] = await best(() => buildFields(toSlim, pixels.width, pixels.height));
      const [, warpMs] = await best((copy) => fields.forEach((field) => warp({ ...pixels, data: copy }, field, engine.kernels)), () => pixels.data.slice());
      const [, encodeMs] = await best(() => encode(image, { quality: 92 }));
      return { decode: decodeMs, find: findMs, field: fieldMs, warp: warpMs, encode: encodeMs };
    },
    close: () => inference.close(),
  };
}

export async function timed(task) {
  const start = performance.now();
  const result = await task();
  return [result, performance.now() - start];
}

/**
 * The least of three times: what other work on the machine adds is not the task's own.
 * @param prepare makes what the task is given; it takes no part in the time
 */
export async function best(task, prepare = () => undefined) {
  const runs = [];
  for (let i = 0; i < 3; i++) {
    const given = prepare();
    runs.push(await timed(() => task(given)));
  }
  return [runs[0][0], Math.min(...runs.map(([, ms]) => ms))];
}
