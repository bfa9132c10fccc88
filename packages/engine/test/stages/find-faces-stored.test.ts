import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../../src/index.ts';
import { groups } from '../_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

/** How upright pixels come to lie as an EXIF orientation has them: mirrored first, then turned clockwise. */
const lays = [
  { orientation: 2, mirrored: true, degrees: 0 },
  { orientation: 3, mirrored: false, degrees: 180 },
  { orientation: 4, mirrored: true, degrees: 180 },
  { orientation: 5, mirrored: true, degrees: 270 },
  { orientation: 6, mirrored: false, degrees: 270 },
  { orientation: 7, mirrored: true, degrees: 90 },
  { orientation: 8, mirrored: false, degrees: 90 },
];

// Odd sides at several levels of the pyramid, so that it matters which row or column is left out.
it.each([{ group: 1, width: 1920 }, { group: 1, width: 959 }, { group: 2, width: 767 }])('photo $group at $width px has the same faces however its pixels are stored', async ({ group, width }) => {
  const photo = sharp(groups[group]!.path).resize(width).removeAlpha();
  const { data, info } = await photo.raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  const upright = await engine.detectFaces({ data, ...raw });
  expect(upright).toHaveLength(groups[group]!.faces);
  const mirror = await sharp(data, { raw }).flop().raw().toBuffer();
  for (const { orientation, mirrored, degrees } of lays) {
    const stored = await sharp(mirrored ? mirror : data, { raw }).rotate(degrees).withMetadata({ orientation }).png({ compressionLevel: 0 }).toBuffer();
    expect((await sharp(stored).rotate().removeAlpha().raw().toBuffer()).equals(data), `pixels of ${orientation}`).toBe(true);
    const faces = await engine.detectFaces(stored);
    expect(faces, `faces with ${orientation}`).toHaveLength(upright.length);
    const apart = faces.flatMap(({ landmarks }, i) => landmarks.map(({ x, y }, j) => Math.hypot(x - upright[i]!.landmarks[j]!.x, y - upright[i]!.landmarks[j]!.y)));
    expect(Math.max(...apart), `pixels apart with ${orientation}`).toBeLessThan(0.01);
  }
});
