import { createRequire } from 'node:module';
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { lumaOf } from './measure-pixels.mjs';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));
const samples = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');
const endings = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff'];

/** The project's portrait, six group photos, photos without a person where they were fetched, and all of a folder. */
export async function listPhotos(folder, limit) {
  const faceless = ['no-face-chelsea.png', 'no-face-coffee.png', 'no-face-rocket.jpg'].map((name) => ({ name, path: join(fixtures, name), faceless: true }));
  const known = [
    { name: 'astronaut.png', path: join(fixtures, 'astronaut.png') },
    ...[1, 2, 3, 4, 5, 6].map((i) => ({ name: `sample${i}.jpg`, path: join(samples, `sample${i}.jpg`) })),
    ...faceless.filter(({ path }) => existsSync(path)),
  ];
  if (folder === undefined) return known;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new Error(`Expected --photos to be a folder but received ${folder}`);
  });
  const paths = entries.filter((entry) => entry.isFile() && endings.includes(extname(entry.name).toLowerCase())).map((entry) => join(entry.parentPath, entry.name));
  const own = paths.toSorted().map((path) => ({ name: relative(folder, path), path }));
  return [...known, ...own.slice(0, limit)];
}

/** Upright RGB pixels of any photo, as the engine's `PixelBuffer`, with their luma beside them. */
export async function readPicture(path) {
  const { data, info } = await sharp(path).rotate().toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3, colorSpace: 'srgb', luma: lumaOf(data) };
}

/** The pixels after a trip through a JPEG of quality 95: what no judge can tell from a change. */
export async function reencode({ data, width, height }) {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } }).jpeg({ quality: 95 }).toBuffer();
  return sharp(jpeg).raw().toBuffer();
}
