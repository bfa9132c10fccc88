// Shows what the engine does to photos: a contact sheet of every photo's faces as PNG, and one HTML page with all of them.
//
//   npm run gallery                          the project's portrait and the six group photos
//   npm run gallery -- --photos DIR          the same, and every photo in a folder (or one file), subfolders included
//   npm run gallery -- --photos DIR --only   those of the folder alone
//   npm run gallery -- --out DIR             writes there instead of reports/gallery
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { startEngine } from './gallery/engine.mjs';
import { makePage } from './gallery/page.mjs';
import { listPhotos, ownPhotos } from './gallery/photos.mjs';
import { makeSheet } from './gallery/sheet.mjs';
import { printable } from './gallery/text.mjs';

const { values: options } = parseArgs({
  options: {
    photos: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('../reports/gallery', import.meta.url)) },
    only: { type: 'boolean', default: false },
  },
});
const out = resolve(options.out);
const named = options.photos === undefined ? [] : await listPhotos(resolve(options.photos), out);
const photos = [...(options.only ? [] : ownPhotos), ...named];
if (options.photos !== undefined && named.length === 0) {
  console.error(`Expected --photos to name an image or a folder with JPEG, PNG, WebP, AVIF or TIFF files but received "${printable(options.photos)}"`);
  process.exit(1);
}

const engine = await startEngine();
const entries = [];
for (const [i, { name, path }] of photos.entries()) {
  const folder = `${String(i + 1).padStart(3, '0')}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60)}`;
  try {
    entries.push(await show(name, path, folder));
  } catch (error) {
    console.error(`Not shown: ${printable(name)}, ${printable(error.message)}`);
    entries.push({ name, error: error.message });
  }
}
await engine.close();
await mkdir(out, { recursive: true });
await writeFile(join(out, 'index.html'), makePage(entries));
console.log(`Wrote ${join(out, 'index.html')}`);

/** Writes the pictures of one photo. @returns what the page says of it */
async function show(name, path, folder) {
  const { before, faces, versions } = await engine.slim(path);
  if (faces.length === 0) throw new Error('no face was found');
  await mkdir(join(out, folder), { recursive: true });
  const sheet = await sharp(await makeSheet(name, before, faces, versions)).toFile(join(out, folder, 'sheet.png'));
  const pictures = [{ label: 'before', file: `${folder}/before.jpg`, pixels: before }];
  for (const { slimDegree, pixels } of versions) pictures.push({ label: `degree ${slimDegree}`, file: `${folder}/degree-${slimDegree}.jpg`, pixels });
  for (const { file, pixels: { data, ...raw } } of pictures) await sharp(data, { raw }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toFile(join(out, file));
  return {
    name,
    faces,
    sheet: { file: `${folder}/sheet.png`, width: sheet.width, height: sheet.height },
    pictures: pictures.map(({ label, file }) => ({ label, file, width: before.width, height: before.height })),
  };
}
