import type { Face, Point } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../../src/index.ts';
import { groups } from '../_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

const width = 960;
const small = (path: string): Sharp => sharp(path).resize(width);

/** Whether the landmarks are where they should be: off by less than a tenth of the distance of the outer eye corners, on average. */
function lies({ landmarks }: Face, expected: readonly Point[]): boolean {
  const eyes = Math.hypot(expected[263]!.x - expected[33]!.x, expected[263]!.y - expected[33]!.y);
  return landmarks.reduce((sum, { x, y }, i) => sum + Math.hypot(x - expected[i]!.x, y - expected[i]!.y), 0) / landmarks.length < 0.1 * eyes;
}

describe('a group photo that is not upright', () => {
  const [, , , , five] = groups;

  it.each([90, 135, 180, 270])('has all its faces at %i degrees, each right and once', async (degrees) => {
    const upright = await engine.detectFaces(await small(five!.path).png().toBuffer());
    expect(upright).toHaveLength(five!.faces);
    const { data, info } = await sharp(await small(five!.path).png().toBuffer()).rotate(degrees, { background: '#888' }).png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
    const height = Math.round((width * 1398) / 1920);
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const turn = ({ x, y }: Point): Point => ({
      x: info.width / 2 + (x - width / 2) * cos - (y - height / 2) * sin,
      y: info.height / 2 + (x - width / 2) * sin + (y - height / 2) * cos,
    });
    const faces = await engine.detectFaces(data);
    expect(faces).toHaveLength(five!.faces);
    for (const { landmarks } of upright) expect(faces.filter((face) => lies(face, landmarks.map(turn)))).toHaveLength(1);
  });
});

it.each([75, 150, 240])('finds a profile, a bowed head and a tilted one at %i degrees, which lie different ways up', async (degrees) => {
  const { data, info } = await sharp(groups[1]!.path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  const upright = await engine.detectFaces({ data, ...raw });
  expect(upright.map(({ yaw, pitch }) => [Math.abs(yaw!) > 45, pitch! < -30])).toEqual([[true, false], [false, true], [false, false]]);
  const turned = await sharp(data, { raw }).rotate(degrees, { background: '#777' }).raw().toBuffer({ resolveWithObject: true });
  const faces = await engine.detectFaces({ data: turned.data, width: turned.info.width, height: turned.info.height, channels: 3 });
  expect(faces).toHaveLength(3);
  for (const face of upright) {
    const turns = faces.map(({ roll }) => roll! - face.roll! - degrees).map((turn) => Math.abs(turn - 360 * Math.round(turn / 360)));
    const centre = middle(face.landmarks);
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const x = turned.info.width / 2 + (centre.x - raw.width / 2) * cos - (centre.y - raw.height / 2) * sin;
    const y = turned.info.height / 2 + (centre.x - raw.width / 2) * sin + (centre.y - raw.height / 2) * cos;
    const here = faces.map(({ landmarks }) => middle(landmarks)).findIndex((other) => Math.hypot(other.x - x, other.y - y) < 0.15 * face.box.width);
    expect(here, `the face of yaw ${face.yaw}`).not.toBe(-1);
    expect(turns[here], `roll of the face of yaw ${face.yaw}`).toBeLessThan(5);
  }
});

function middle(points: readonly Point[]): Point {
  const mean = (pick: (point: Point) => number): number => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
}

it('finds upright and upside-down faces in one photo, each the right way up', async () => {
  const { path, faces: count } = groups[3]!;
  const photo = await small(path).png().toBuffer();
  const upright = await engine.detectFaces(photo);
  const { height } = await sharp(photo).metadata();
  const stacked = await sharp({ create: { width, height: 2 * height, channels: 3, background: '#888' } })
    .composite([{ input: photo, top: 0, left: 0 }, { input: await sharp(photo).rotate(180).png().toBuffer(), top: height, left: 0 }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  const faces = await engine.detectFaces(stacked);
  const expected = upright.flatMap(({ landmarks }) => [landmarks, landmarks.map(({ x, y }) => ({ x: width - x, y: 2 * height - y }))]);
  for (const face of faces) expect(expected.filter((landmarks) => lies(face, landmarks))).toHaveLength(1);
  expect(faces).toHaveLength(2 * count);
});
