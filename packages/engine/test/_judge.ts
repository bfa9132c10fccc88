import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Box, Point } from '@slimface/core';
import sharp from 'sharp';

/** An independent 68-point landmark model (iBUG order): it says where a jaw is without asking our own mesh. */
export type Judge = (photo: Buffer, face: Box) => Promise<Point[]>;

const root = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));

export async function loadJudge(): Promise<Judge> {
  const faceapi = await importAsInBrowser(join(root, 'dist/face-api.esm.js'));
  await faceapi.tf.setBackend('cpu');
  await faceapi.tf.ready();
  const [group] = JSON.parse(await readFile(join(root, 'model/face_landmark_68_model-weights_manifest.json'), 'utf8'));
  const { buffer, byteOffset, byteLength } = await readFile(join(root, 'model', group.paths[0]));
  const net = faceapi.nets.faceLandmark68Net;
  net.loadFromWeightMap(faceapi.tf.io.decodeWeights(buffer.slice(byteOffset, byteOffset + byteLength), group.weights));

  return async (photo, face) => {
    // The model was trained on squares that hold the face from brows to chin with a little air.
    const { width, height } = await sharp(photo).metadata();
    const side = Math.round(1.15 * Math.max(face.width, face.height));
    const left = Math.max(0, Math.round(face.x + face.width / 2 - side / 2));
    const top = Math.max(0, Math.round(face.y + face.height / 2 - side / 2));
    const crop = { left, top, width: Math.min(side, width - left), height: Math.min(side, height - top) };
    const pixels = await sharp(photo).extract(crop).removeAlpha().raw().toBuffer();
    const tensor = faceapi.tf.tensor3d(new Int32Array(pixels), [crop.height, crop.width, 3], 'int32');
    const { positions } = await net.detectLandmarks(tensor);
    tensor.dispose();
    return positions.map(({ x, y }: Point) => ({ x: x + left, y: y + top }));
  };
}

/** The bundle believes it is in Node and misses the modules that were left out of it, unless it sees a page while it loads. */
async function importAsInBrowser(path: string): Promise<any> {
  const page = { document: { createElement: () => ({ getContext: () => null }) } };
  Object.assign(globalThis, { window: page, document: page.document });
  const warn = console.warn;
  console.warn = () => {};
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    console.warn = warn;
    for (const name of ['window', 'document']) Reflect.deleteProperty(globalThis, name);
  }
}
