import { readFile } from 'node:fs/promises';
import type { Face } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headPose } from '../../src/finding/head-pose.ts';
import { createLocalEngine, type LocalEngine } from '../../src/index.ts';
import { groups, portrait } from '../_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

/** A level head: forehead, chin and the mirrored pairs of landmarks on a plane, turned by pitch, then yaw, then roll. */
function headTurnedBy({ roll, yaw, pitch }: Record<'roll' | 'yaw' | 'pitch', number>): { x: number; y: number; z: number }[] {
  const [r, w, p] = [roll, yaw, pitch].map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  const level = Array.from({ length: 468 }, () => ({ x: 0, y: 0, z: 0 }));
  for (const [left, right, y] of [[33, 263, -30], [127, 356, -35], [234, 454, 0], [58, 288, 40], [61, 291, 35]] as const) {
    level[left] = { x: -50, y, z: 0 };
    level[right] = { x: 50, y, z: 0 };
  }
  level[10] = { x: 0, y: -80, z: 0 };
  level[152] = { x: 0, y: 80, z: 0 };
  return level
    .map(({ x, y, z }) => ({ x, y: y * Math.cos(p) + z * Math.sin(p), z: z * Math.cos(p) - y * Math.sin(p) }))
    .map(({ x, y, z }) => ({ x: x * Math.cos(w) - z * Math.sin(w), y, z: x * Math.sin(w) + z * Math.cos(w) }))
    .map(({ x, y, z }) => ({ x: x * Math.cos(r) - y * Math.sin(r), y: x * Math.sin(r) + y * Math.cos(r), z }));
}

describe('headPose', () => {
  it.each([
    { roll: 0, yaw: 0, pitch: 0 },
    { roll: 25, yaw: 0, pitch: 0 },
    { roll: 0, yaw: 40, pitch: 0 },
    { roll: 0, yaw: 0, pitch: -30 },
    { roll: -100, yaw: 35, pitch: 20 },
    { roll: 180, yaw: -60, pitch: 45 },
  ])('gives the angles that a head was turned by: %o', (turned) => {
    const pose = headPose(headTurnedBy(turned));
    for (const name of ['roll', 'yaw', 'pitch'] as const) expect(pose[name], name).toBeCloseTo(turned[name], 9);
  });

  it('says 180 and never -180', () => {
    expect(headPose(headTurnedBy({ roll: -180, yaw: 0, pitch: 0 })).roll).toBe(180);
  });
});

describe('the angles of a head in a photo', () => {
  it('follow a tilt of the photo by roll alone', async () => {
    const [upright] = await engine.detectFaces(await readFile(portrait));
    expect(upright).toMatchObject({ roll: expect.closeTo(3, 0), yaw: expect.closeTo(-1, 0) }); // she looks into the camera
    for (const degrees of [-150, -60, -20, 20, 60, 90, 180]) {
      const [face] = await engine.detectFaces(await sharp(portrait).removeAlpha().rotate(degrees, { background: '#888' }).png().toBuffer());
      const turn = face!.roll! - upright!.roll! - degrees;
      expect(Math.abs(turn - 360 * Math.round(turn / 360)), `roll at ${degrees}`).toBeLessThan(2);
      expect(Math.abs(face!.yaw! - upright!.yaw!), `yaw at ${degrees}`).toBeLessThan(2);
      expect(Math.abs(face!.pitch! - upright!.pitch!), `pitch at ${degrees}`).toBeLessThan(3);
      expect(face!.roll).toBeGreaterThan(-180);
      expect(face!.roll).toBeLessThanOrEqual(180);
    }
  });

  it('change sign in the mirror: roll and yaw, not pitch', async () => {
    const photo = groups[3]!.path; // heads tilted by 6 to 31 degrees, turned by 18 to 28
    const faces = await engine.detectFaces(await readFile(photo));
    const mirrored = (await engine.detectFaces(await sharp(photo).flop().png({ compressionLevel: 1 }).toBuffer())).toReversed();
    expect(mirrored).toHaveLength(faces.length);
    expect(faces.map(directions)).toEqual([[-1, 1], [1, -1], [1, -1], [1, -1]]);
    faces.forEach((face, i) => {
      const twin = mirrored[i]!;
      expect(Math.abs(face.roll! + twin.roll!), `roll of face ${i}`).toBeLessThan(3);
      expect(Math.abs(face.yaw! + twin.yaw!), `yaw of face ${i}`).toBeLessThan(6);
      expect(Math.abs(face.pitch! - twin.pitch!), `pitch of face ${i}`).toBeLessThan(6);
    });
  });

  const directions = ({ roll, yaw }: Face): number[] => [Math.sign(roll!), Math.sign(yaw!)];
});
