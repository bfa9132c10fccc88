// Makes the pictures of docs/order-of-operations.md by running the examples of that page on the project's own portrait. A
// picture shows the two files that its example writes, and where they differ.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as engine from '@slimface/engine';
import * as plugin from '@slimface/sharp-plugin';
import sharp from 'sharp';

const root = new URL('../', import.meta.url);
const modules = { sharp: { default: sharp }, '@slimface/engine': engine, '@slimface/sharp-plugin': plugin };
const AsyncFunction = (async () => {}).constructor;
const panel = 256;
/** The square that a picture shows of its files, as shares of their width: the head. */
const views = { crop: { left: 0, top: 1.15, side: 1 }, rotate: { left: 0.57, top: 0.27, side: 0.34 } };
const head = { left: 0.27, top: 0.09, side: 0.34 };
const gap = 8;

/**
 * Runs every example of the page, in a folder that has the portrait and nothing else.
 *
 * @param look is called after each example with its text, what it printed, line by line, and the folder
 */
async function runExamples(look) {
  const page = await readFile(new URL('docs/order-of-operations.md', root), 'utf8');
  const [first, ...others] = [...page.matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1]);
  const folder = await mkdtemp(join(tmpdir(), 'slimface-order-'));
  await copyFile(new URL('fixtures/astronaut.png', root), join(folder, 'portrait.png'));
  const home = process.cwd();
  process.chdir(folder);
  try {
    const scope = await runExample(`${first}\nreturn { slimFace, slimFaceInPlace, sharp, slimmer, stripes };`, {}, (lines) => look(first, lines, folder));
    for (const example of others) await runExample(example, scope, (lines) => look(example, lines, folder));
    await scope.slimmer.close();
  } finally {
    process.chdir(home);
    await rm(folder, { recursive: true });
  }
}

/** Runs the text of an example, whose imports become look-ups, with `scope` as its variables. */
async function runExample(example, scope, look) {
  const lines = [];
  const code = example
    .replace(/^import (\w+) from ('.+?');$/gm, 'const { default: $1 } = modules[$2];')
    .replace(/^import (\{.+\}) from ('.+?');$/gm, 'const $1 = modules[$2];');
  const variables = { modules, console: { log: (...values) => lines.push(values.map(String).join(' ')) }, ...scope };
  const result = await new AsyncFunction(...Object.keys(variables), code)(...Object.values(variables));
  await look(lines);
  return result;
}

/**
 * The pictures by name.
 * @param look as for `runExamples`
 */
export async function makePictures(look = async () => {}) {
  const pictures = {};
  await runExamples(async (example, lines, folder) => {
    await look(example, lines, folder);
    const name = /toFile\('(\w+)-1\.png'\)/.exec(example)?.[1];
    if (name !== undefined) pictures[name] = await makePicture(views[name] ?? head, [1, 2].map((number) => join(folder, `${name}-${number}.png`)));
  });
  return pictures;
}

async function makePicture(view, files) {
  const images = await Promise.all(files.map((file) => sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })));
  const { width, height } = images[0].info;
  const difference = Buffer.from(images[0].data.map((sample, i) => Math.max(0, 255 - 8 * Math.abs(sample - images[1].data[i]))));
  const [left, top, side] = [view.left, view.top, view.side].map((share) => Math.round(share * width));
  const panels = [...images.map(({ data }) => data), difference].map((data) =>
    sharp(data, { raw: { width, height, channels: 3 } }).extract({ left, top, width: side, height: side }).resize(panel).png().toBuffer(),
  );
  const layers = (await Promise.all(panels)).map((input, i) => ({ input, left: i * (panel + gap), top: 0 }));
  const canvas = { width: 3 * panel + 2 * gap, height: panel, channels: 3, background: '#fff' };
  return sharp({ create: canvas }).composite(layers).png({ palette: true, colours: 256, effort: 10 }).toBuffer();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, picture] of Object.entries(await makePictures())) {
    await writeFile(new URL(`docs/order-of-operations/${name}.png`, root), picture);
  }
}
