import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceImagetools } from '@slimface/sharp-plugin/imagetools';
import { defineConfig } from 'vite';
import { imagetools } from 'vite-imagetools';

// The degree of imports that say `slimFace` and nothing else.
const slimFace = createSlimFace({ slimmer: await createLocalEngine(), slimDegree: 1 });

export default defineConfig({
  // Options of your own for imagetools go in as a second argument.
  plugins: [imagetools(slimFaceImagetools(slimFace))],
});
