import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceImagetools } from '@slimface/sharp-plugin/imagetools';
import { defineConfig } from 'vite';
import { imagetools } from 'vite-imagetools';

// On globalThis, as the dev server loads this file anew when it changes, and would start another engine each time.
const slimmer = (globalThis.slimmer ??= await createLocalEngine());

// The degree of imports that say `slimFace` and nothing else.
const slimFace = createSlimFace({ slimmer, slimDegree: 1 });

export default defineConfig({
  // Options of your own for imagetools go in as a second argument.
  plugins: [imagetools(slimFaceImagetools(slimFace))],
});
