import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceService } from '@slimface/sharp-plugin/astro';
import sharpService from 'astro/assets/services/sharp';

const slimFace = createSlimFace({ slimmer: await createLocalEngine() });

export default slimFaceService(sharpService, slimFace);
