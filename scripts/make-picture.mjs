// Makes docs/before-after.png, the picture of the README, from the project's own portrait with the local engine.
import { readFile, writeFile } from 'node:fs/promises';
import { createLocalEngine } from '@slimface/engine';
import sharp from 'sharp';

const panel = { width: 420, height: 420 };
const crop = { left: 84, top: 0, width: 280, height: 280 };
const gap = 8;

/** The picture: the portrait as it is, at slimDegree 1 and at slimDegree 2. */
async function makePicture(portrait) {
  const engine = await createLocalEngine();
  const panels = [];
  for (const slimDegree of [0, 1, 2]) panels.push(await toPanel(await (await engine.slim(portrait, { slimDegree })).bytes(), slimDegree));
  await engine.close();
  const width = 3 * panel.width + 2 * gap;
  return sharp({ create: { width, height: panel.height, channels: 3, background: '#fff' } })
    .composite(panels.map((input, i) => ({ input, left: i * (panel.width + gap), top: 0 })))
    .png({ palette: true, colours: 256, effort: 10 })
    .toBuffer();
}

async function toPanel(photo, slimDegree) {
  const label = slimDegree === 0 ? 'before' : `slimDegree ${slimDegree}`;
  const text = `<svg width="${panel.width}" height="${panel.height}"><text x="14" y="${panel.height - 14}" font-family="sans-serif" font-size="20" fill="#fff" stroke="#000" stroke-width="3" paint-order="stroke">${label}</text></svg>`;
  const enlarged = await sharp(photo).extract(crop).resize(panel).toBuffer();
  return sharp(enlarged).composite([{ input: Buffer.from(text) }]).png().toBuffer();
}

const root = new URL('../', import.meta.url);
await writeFile(new URL('docs/before-after.png', root), await makePicture(await readFile(new URL('fixtures/astronaut.png', root))));
