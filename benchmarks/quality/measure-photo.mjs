import { readFile } from 'node:fs/promises';
import { faceAxes, isSame } from './geometry.mjs';
import { measureFlow } from './flow.mjs';
import { descriptorDistance, judgeTurn } from './judge.mjs';
import { displacementAt, leastDeterminant, moved } from './maps.mjs';
import { measureMap, meshTurn } from './measure-map.mjs';
import { changedOutside, detailKept } from './measure-pixels.mjs';
import { best } from './ours.mjs';
import { readPicture, reencode } from './photos.mjs';
import { amplitudeFor, mapOfRival, rivals, warpBilinear } from './rivals.mjs';

export const degrees = [0.5, 1, 1.5, 2];
/** What rivals are asked to narrow by at degree 1 and 2, in %. */
export const strengths = { 1: 6, 2: 12 };

/**
 * Slims every face of a photo in all ways and measures each.
 * @returns found: the faces by both detectors; records: one for each face and way; stages: ms
 */
export async function measurePhoto(photo, { ours, judge, python, oursOnly }) {
  const picture = await readPicture(photo.path);
  const theirs = await judge.detect(picture);
  const [first, ...others] = await slimAll(ours, picture);
  const found = compareFaces(first.faces, photo.faceless ? [] : theirs); // theirs takes a cat for a person
  if (first.faces.length === 0) return { photo: photo.name, found, records: [] };

  const matches = first.faces.map((face) => theirs.find((box) => isSame(face.box, box)));
  const plain = await judge.look(picture, picture.data, matches.filter(Boolean));
  const faces = first.faces.map(({ landmarks }, index) => {
    const seen = matches[index] && plain[matches.filter(Boolean).indexOf(matches[index])];
    return { index, landmarks, axes: faceAxes(landmarks), match: matches[index], seen, turn: seen ? judgeTurn(seen.landmarks) : meshTurn(landmarks) };
  });

  const trials = [
    ...[first, ...others].map((slimmed, i) => ({ ...slimmed, by: 'ours', degree: degrees[i], ms: slimmed.ms / faces.length, of: faces })),
    { by: 'JPEG 95', degree: 0, maps: [], data: await reencode(picture), of: faces },
    ...(oursOnly ? [] : await slimByRivals(picture, faces)),
  ];
  const cases = trials.flatMap(({ data, of }) => of.map(({ landmarks, axes }) => ({ picture, data, landmarks, axes })));
  const [flows, records] = await Promise.all([measureFlow(python, cases), measureTrials(photo, picture, faces, trials, judge)]);
  return { photo: photo.name, found, records: records.map((record, i) => ({ ...record, ...flows[i] })), stages: await stagesOf(ours, photo) };
}

async function slimAll(ours, picture) {
  const slimmed = [];
  for (const degree of degrees) slimmed.push(await ours.slim(picture, degree));
  return slimmed;
}

/** Rivals take one face at a time, each from the photo as it was. */
async function slimByRivals(picture, faces) {
  const trials = [];
  for (const [by, rival] of Object.entries(rivals)) {
    for (const [degree, percent] of Object.entries(strengths)) {
      for (const face of faces) {
        const amplitude = amplitudeFor(rival, face.landmarks, percent);
        const [map, mapMs] = await best(() => mapOfRival(rival(face.landmarks, amplitude), picture));
        const [data, warpMs] = await best((copy) => warpBilinear(picture, map, copy), () => Buffer.from(picture.data));
        trials.push({ by, degree: Number(degree), maps: [map], data, ms: mapMs + warpMs, of: [face] });
      }
    }
  }
  return trials;
}

async function measureTrials(photo, picture, faces, trials, judge) {
  const records = [];
  for (const trial of trials) records.push(...(await measureTrial(photo.name, picture, faces, trial, judge)));
  return records;
}

async function measureTrial(photo, picture, faces, { by, degree, maps, data, ms, of }, judge) {
  const warped = by !== 'JPEG 95';
  const place = (point) => moved((x, y) => displacementAt(maps, x, y), point);
  const determinant = warped ? leastDeterminant(maps) : undefined;
  const outside = warped ? changedOutside(picture, data, of.map(({ axes }) => axes)) : undefined;
  const known = of.filter(({ seen }) => seen);
  const seen = await judge.look(picture, data, known.map(({ match }) => match));
  return of.map((face) => {
    const { index, landmarks, axes, turn } = face;
    const otherFaces = faces.filter((other) => other !== face).map((other) => other.axes);
    const exact = warped ? { ...measureMap(landmarks, maps, place, otherFaces), ...detailKept(picture, data, maps, axes) } : {};
    const after = seen[known.indexOf(face)];
    const descriptor = after && descriptorDistance(face.seen.descriptor, after.descriptor);
    return { photo, face: index, by, degree, turn, width: axes.width, ...exact, determinant, outside, descriptor, ms };
  });
}

/** The file as it is, through the whole pipeline; not every format that can be read here is one of the engine's. */
async function stagesOf(ours, { path }) {
  try {
    return await ours.timeStages(await readFile(path));
  } catch {
    return undefined;
  }
}

/** Faces of 64 px and more that the independent detector has, which of them we have, and what we alone have. */
function compareFaces(ours, theirs) {
  const large = theirs.filter(({ width, height }) => Math.min(width, height) >= 64);
  const missed = large.filter((box) => !ours.some((face) => isSame(face.box, box)));
  const extra = ours.filter((face) => !theirs.some((box) => isSame(face.box, box))).map(({ box }) => box);
  return { ours: ours.length, theirs: large.length, missed, extra };
}
