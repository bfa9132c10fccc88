// node slim.mjs <photo> [folder] [slimDegree]
import { mkdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { createLocalEngine } from '@slimface/engine';
import { slimFace } from '@slimface/sharp-plugin';
import sharp from 'sharp';

const widths = [256, 512, 1024];
const [photo, folder = 'slimmed', slimDegree = '1'] = process.argv.slice(2);
if (photo === undefined) {
  console.error('Usage: node slim.mjs <photo> [folder] [slimDegree from 0 to 2]');
  process.exit(2);
}

const slimmer = await createLocalEngine(); // loads the models: once per program
try {
  // What is chained before the step runs before the faces are slimmed, what comes after it runs afterwards. autoOrient() is for
  // a photo in which nothing is slimmed: that comes back as the very instance, which might lie on its side.
  const { image, info } = await slimFace(sharp(photo).autoOrient(), { slimmer, slimDegree: Number(slimDegree || NaN), resolveWithObject: true });
  console.log(info.changed ? `${info.faces.length} face(s) slimmed` : `nothing to slim: ${info.reason}`);

  await mkdir(folder, { recursive: true });
  for (const width of widths) {
    // A clone shares the slimmed pixels: more sizes cost no memory and no further slimming.
    const file = join(folder, `${parse(photo).name}-${width}.webp`);
    const size = await image.clone().resize({ width, withoutEnlargement: true }).webp({ quality: 80 }).toFile(file);
    console.log(`${file} (${size.width} x ${size.height})`);
  }
} catch (error) {
  console.error(error.message); // says what was expected and what was received; error.code is for programs
  process.exitCode = 1;
} finally {
  await slimmer.close(); // else its worker threads keep the program alive
}
