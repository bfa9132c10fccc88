// Lengths from the pixels alone: dense optical flow by Debian's python3-opencv, for crops scaled to a face of 300 px.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { median, quantile } from './figures.mjs';
import { boxAround } from './geometry.mjs';
import { narrowingOf } from './measure-map.mjs';
import { cornerPairs, features, outerEyes } from './mesh-points.mjs';

const faceWidth = 300;
/** A point counts when the way there and back ends within this many pixels of the scaled crop. */
const mostError = 0.5;
/** The end of a pair takes the median of a patch of this half-size, as a share of the face's width. */
const patch = 0.02;
const ends = [...cornerPairs.flat(), ...outerEyes];

/** A Python that has OpenCV's DIS flow. Debian's own is not always the first in the path. */
export function findPython() {
  const check = 'import cv2; cv2.DISOpticalFlow_create(1)';
  return ['python3', '/usr/bin/python3'].find((command) => spawnSync(command, ['-c', check], { stdio: 'ignore' }).status === 0);
}

/**
 * Measures faces in pictures before and after.
 * @param cases of { picture, data, landmarks, axes }: the picture before, the pixels afterwards, a face
 * @returns for each { flowNarrowing, flowDrift } in %, undefined where too little of the face could be followed
 */
export async function measureFlow(python, cases) {
  if (python === undefined) return cases.map(() => ({}));
  const folder = await mkdtemp(join(tmpdir(), 'slimface-flow-'));
  try {
    const jobs = [];
    for (const item of cases) jobs.push(await writeJob(folder, jobs.length, item));
    await writeFile(join(folder, 'jobs.json'), JSON.stringify(jobs.map(({ job }) => job)));
    await promisify(execFile)(python, [fileURLToPath(new URL('flow.py', import.meta.url)), folder, String(availableParallelism())]);
    const results = JSON.parse(await readFile(join(folder, 'flow.json'), 'utf8'));
    return results.map((shifts, i) => summary(shifts, cases[i], jobs[i].scale));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeJob(folder, i, { picture, data, landmarks, axes }) {
  const box = boxAround(axes, 1.25, picture);
  const [width, height] = [box.width, box.height].map((length) => Math.round((length * faceWidth) / axes.width));
  const scale = { x: width / box.width, y: height / box.height };
  const names = { before: `${i}-before.grey`, after: `${i}-after.grey` };
  for (const [name, pixels] of [[names.before, picture.data], [names.after, data]]) {
    const crop = sharp(pixels, { raw: { width: picture.width, height: picture.height, channels: 3 } }).extract({ left: box.x, top: box.y, width: box.width, height: box.height });
    await writeFile(join(folder, name), await crop.resize(width, height, { fit: 'fill' }).greyscale().raw().toBuffer());
  }
  const points = pointsOf(landmarks, axes).map(({ x, y }) => [(x - box.x) * scale.x, (y - box.y) * scale.y]);
  return { job: { ...names, width, height, points }, scale };
}

/** The features' landmarks, then the patches of the ends, 25 points each. */
function pointsOf(landmarks, { across, down, width }) {
  const steps = [-1, -0.5, 0, 0.5, 1].map((step) => step * patch * width);
  const around = ({ x, y }) => steps.flatMap((u) => steps.map((v) => ({ x: x + u * across.x + v * down.x, y: y + u * across.y + v * down.y })));
  return [...features.map((index) => landmarks[index]), ...ends.flatMap((index) => around(landmarks[index]))];
}

function summary(shifts, { landmarks, axes }, scale) {
  const seen = (from, count) => shifts.slice(from, from + count).filter(([, , error]) => error <= mostError).map(([dx, dy]) => ({ x: dx / scale.x, y: dy / scale.y }));
  const still = seen(0, features.length).map(({ x, y }) => Math.hypot(x, y));
  const flowDrift = still.length < features.length / 2 ? undefined : (100 * quantile(still, 0.95)) / axes.width;
  const places = new Map();
  ends.forEach((index, i) => {
    const found = seen(features.length + 25 * i, 25);
    if (found.length < 7) return;
    const { x, y } = landmarks[index];
    places.set(landmarks[index], { x: x + median(found.map((shift) => shift.x)), y: y + median(found.map((shift) => shift.y)) });
  });
  const followed = (indices) => indices.every((index) => places.has(landmarks[index]));
  const flowNarrowing = [outerEyes, ...cornerPairs].every(followed) ? narrowingOf(landmarks, (point) => places.get(point)) : undefined;
  return { flowNarrowing, flowDrift };
}
