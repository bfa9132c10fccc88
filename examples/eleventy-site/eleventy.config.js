import { join } from 'node:path';
import eleventyImage from '@11ty/eleventy-img';
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceEleventy } from '@slimface/sharp-plugin/eleventy';

// On globalThis, as the dev server loads this file anew when it changes, and would start another engine each time.
const slimmer = (globalThis.slimmer ??= await createLocalEngine());
const slimFace = createSlimFace({ slimmer });

export default function (eleventyConfig) {
  // {% portrait "photo.jpg", "Who it is", 1.2 %}, with a path from the folder that Eleventy is started in
  eleventyConfig.addAsyncShortcode('portrait', (src, alt, slimDegree = 1) =>
    eleventyImage(src, {
      widths: [160, 320, 512],
      formats: ['webp', 'jpeg'],
      outputDir: join(eleventyConfig.directories.output, 'img'),
      returnType: 'html',
      htmlOptions: { imgAttributes: { alt, sizes: '512px' } },
      ...slimFaceEleventy(slimFace, { slimDegree }),
    }),
  );
}

export const config = { dir: { input: 'src' } };
