// Writes images with Eleventy Image, which needs Node 22, and leaves what it says of them in report.json.
// node eleventy.mjs '{ "outputDir": "...", "jobs": [{ "name", "folder", "sources", "options", "slim", "before" }] }'
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import eleventyImage from '@11ty/eleventy-img';
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceEleventy } from '@slimface/sharp-plugin/eleventy';

const { outputDir, jobs } = JSON.parse(process.argv[2]);
const engine = await createLocalEngine();
let calls = 0;

/** The local engine, counted, under the version that a job wants. */
function engineOf({ version = '1', fails = false }) {
  return Object.assign(Object.create(engine), {
    version,
    slimPixels(pixels, options) {
      calls++;
      if (fails) throw Object.assign(new Error('The engine is on strike'), { code: 'ON_STRIKE' });
      return engine.slimPixels(pixels, options);
    },
  });
}

/** What transforms of users do before they call ours. */
const steps = {
  crop: (image, { width }) => image.resize(width, width / 2, { position: 'top' }),
  greyscale: (image) => image.greyscale(),
  exif: (image) => image.keepExif(),
  negate: (image) => image.negate(),
};

function optionsOf({ slim, before }) {
  if (slim === undefined) return before && { transform: steps[before] };
  const slimming = slimFaceEleventy(createSlimFace({ slimmer: engineOf(slim) }), slim.options);
  if (before === undefined) return slimming;
  return {
    ...slimming,
    async transform(image, target) {
      steps[before](image, target);
      await slimming.transform(image, target);
    },
  };
}

const report = {};
for (const job of jobs) {
  const callsBefore = calls;
  try {
    const options = { outputDir: join(outputDir, job.folder ?? job.name), ...job.options, ...optionsOf(job) };
    const images = await Promise.all(job.sources.map((source) => eleventyImage(source, options)));
    report[job.name] = { images, calls: calls - callsBefore };
  } catch (error) {
    report[job.name] = { error: { name: error.constructor.name, code: error.code, message: error.message } };
  }
}
await writeFile(join(outputDir, 'report.json'), JSON.stringify(report));
await engine.close();
