// Runs jobs through imagetools-core, which needs Node 22, and leaves its outcomes in report.json.
// node imagetools.mjs '{ "outputDir": "...", "jobs": [{ "name", "source", "directives", "removeMetadata", "plain" }] }'
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyTransforms, builtinOutputFormats, builtins, extractEntries, generateTransforms, resolveConfigs } from 'imagetools-core';
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceImagetools } from '@slimface/sharp-plugin/imagetools';
import sharp from 'sharp';

const { outputDir, jobs } = JSON.parse(process.argv[2]);
const engine = await createLocalEngine();
let calls = 0;
const counted = Object.assign(Object.create(engine), {
  slimPixels(pixels, options) {
    calls++;
    return engine.slimPixels(pixels, options);
  },
});

const report = {};
for (const { name, source, directives, removeMetadata = true, plain = false } of jobs) {
  const callsBefore = calls;
  const { extendTransforms } = slimFaceImagetools(createSlimFace({ slimmer: counted, slimDegree: 1.8 }), { removeMetadata });
  const factories = plain ? builtins : extendTransforms(builtins);
  const parameters = new URLSearchParams(directives);
  try {
    // As vite-imagetools does it: one file, a clone for each combination of directives, all at once.
    const image = sharp(source);
    const outputs = resolveConfigs(extractEntries(parameters), builtinOutputFormats).map(async (config, i) => {
      const { transforms, parametersUsed } = generateTransforms(config, factories, parameters);
      const { image: output, metadata } = await applyTransforms(transforms, image.clone(), removeMetadata);
      const file = join(outputDir, `${name}-${i}`);
      const { width, height, format } = await output.toFile(file);
      return { file, width, height, format, metadata, used: [...parametersUsed] };
    });
    report[name] = { outputs: await Promise.all(outputs), calls: calls - callsBefore };
  } catch (error) {
    report[name] = { error: { name: error.constructor.name, code: error.code, message: error.message } };
  }
}
await writeFile(join(outputDir, 'report.json'), JSON.stringify(report));
await engine.close();
