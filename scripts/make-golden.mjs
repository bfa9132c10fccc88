// Makes the pictures of fixtures/golden, which packages/engine/test/golden.test.ts holds the engine to: the portrait's face
// at three degrees. Run it after a build, and only where the engine is meant to give other pixels; then look at the pictures.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createLocalEngine } from '@slimface/engine';
import sharp from 'sharp';

const fixtures = new URL('../fixtures/', import.meta.url);
/** All that may change, as the test has it. */
const face = { left: 128, top: 48, width: 192, height: 192 };

const portrait = await readFile(new URL('astronaut.png', fixtures));
const engine = await createLocalEngine();
await mkdir(new URL('golden/', fixtures), { recursive: true });
for (const slimDegree of [0.5, 1, 2]) {
  const slimmed = await engine.slim(portrait, { slimDegree });
  const picture = await sharp(await slimmed.bytes()).extract(face).png({ compressionLevel: 9 }).toBuffer();
  await writeFile(new URL(`golden/astronaut-${slimDegree}.png`, fixtures), picture);
}
await engine.close();
