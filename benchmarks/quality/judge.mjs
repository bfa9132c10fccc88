// An independent detector, landmark model and recognition net: @vladmandic/face-api on tfjs's wasm backend.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isSame } from './geometry.mjs';

// All three as CommonJS, so that face-api and the backend meet in the same copy of tfjs.
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');

export async function loadJudge() {
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  await tf.setBackend('wasm');
  await tf.ready();
  const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const models = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  const { ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } = faceapi.nets;
  for (const net of [ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet]) await net.loadFromDisk(models);
  const options = new faceapi.SsdMobilenetv1Options({ minConfidence: 0.5 });

  /** Landmarks in a detection's box, and what the recognition net sees in the square that they ask for. */
  async function look(tensor, box) {
    const [face] = await faceapi.extractFaceTensors(tensor, [new faceapi.Rect(box.x, box.y, box.width, box.height)]);
    const landmarks = (await faceLandmark68Net.detectLandmarks(face)).shiftBy(box.x, box.y);
    const [aligned] = await faceapi.extractFaceTensors(tensor, [landmarks.align()]);
    const descriptor = await faceRecognitionNet.computeFaceDescriptor(aligned);
    face.dispose();
    aligned.dispose();
    return { landmarks: landmarks.positions.map(({ x, y }) => ({ x, y })), descriptor };
  }

  /** Boxes of all faces with a confidence of 0.5 and more. */
  async function detect(tensor) {
    const found = await faceapi.detectAllFaces(tensor, options);
    return found.map(({ box: { x, y, width, height }, score }) => ({ x, y, width, height, score }));
  }

  return {
    detect: (picture) => withTensor(picture, picture.data, detect),
    /** Detects faces that are known from boxes anew, in pixels of the picture's size, and looks at them. */
    look: (picture, data, boxes) =>
      withTensor(picture, data, async (tensor) => {
        const found = await detect(tensor);
        return inTurn(boxes, (box) => look(tensor, found.find((other) => isSame(other, box)) ?? box));
      }),
  };

  async function withTensor({ width, height }, data, task) {
    const tensor = faceapi.tf.tensor3d(new Int32Array(data), [height, width, 3], 'int32');
    try {
      return await task(tensor);
    } finally {
      tensor.dispose();
    }
  }
}

async function inTurn(items, task) {
  const results = [];
  for (const item of items) results.push(await task(item));
  return results;
}

/** Distance of two descriptors; face-api takes 0.6 for another person. */
export function descriptorDistance(a, b) {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}

/** Width of the narrower half of a face over that of the wider one, by the 68-point model: 1 straight ahead. */
export function judgeTurn(points) {
  const [left, right, bridge] = [points[2], points[14], points[28]];
  const eyes = { x: points[45].x - points[36].x, y: points[45].y - points[36].y };
  const along = ({ x, y }) => x * eyes.x + y * eyes.y;
  const halves = [left, right].map((point) => Math.abs(along(point) - along(bridge)));
  return Math.min(...halves) / Math.max(...halves);
}
