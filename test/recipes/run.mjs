// Runs a compiled recipe in a folder of its own, with no more of the host than the recipe touches, and looks at the pixels.
// Usage: node run.mjs <host> <folder>
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';

const [host, folder] = process.argv.slice(2);
const portrait = await sharp(fileURLToPath(new URL('../../fixtures/astronaut.png', import.meta.url))).jpeg({ quality: 95 }).toBuffer();
process.chdir(folder);
await mkdir('photos');
await writeFile('photos/portrait.jpg', portrait);

const load = (file) => import(pathToFileURL(join(folder, file)).href);
const out = (file) => load(join('out', file));

const runs = {
  async next() {
    const { rolldown } = await import('rolldown'); // Next is a bundler, too
    const bundle = await rolldown({ input: 'app/slim/[name]/route.ts', external: /^[@\w]/ });
    await bundle.write({ file: 'out/route.mjs' });
    const { GET } = await out('route.mjs');
    const get = (name) => GET(new Request(`http://localhost/slim/${name}`), { params: Promise.resolve({ name }) });
    const response = await get('portrait.jpg');
    assert.equal(response.headers.get('content-type'), 'image/jpeg');
    await slimmed(Buffer.from(await response.arrayBuffer()));
    assert.equal((await get('missing.jpg')).status, 404);
    assert.equal((await get('../package.json')).status, 404);
  },

  async nuxt() {
    const { createApp, toWebHandler } = await import('h3');
    const { default: handler } = await out('server-handlers/ipx.js');
    const handle = toWebHandler(createApp().use('/_ipx', handler));
    const get = (path) => handle(new Request(`http://localhost/_ipx/${path}`));
    const [changed, plain] = await Promise.all(['w_512&f_png&slim_1.2', 'w_512&f_png'].map(async (modifiers) => Buffer.from(await (await get(`${modifiers}/portrait.jpg`)).arrayBuffer())));
    await slimmed(changed, plain);
    assert.equal((await get('slim_3/portrait.jpg')).status, 400);
  },

  async strapi() {
    const optimized = [];
    const service = { optimize: async (file) => (optimized.push(file), { ...file, optimized: true }) };
    const strapi = { plugin: () => ({ service: () => service }) };
    const { default: application } = await out('src/index.js');
    await application.register({ strapi });
    const file = { hash: 'portrait_1', tmpWorkingDirectory: folder, size: 0, sizeInBytes: 0, getStream: () => Readable.from([portrait]) };
    const result = await service.optimize(file);
    assert.equal(result.optimized, true);
    const bytes = await buffer(result.getStream());
    assert.equal(result.sizeInBytes, bytes.length);
    assert.deepEqual(bytes, await readFile(result.filepath));
    await slimmed(bytes);
  },

  async directus() {
    const { default: hook } = await out('extensions/directus-extension-slimface/src/index.js');
    let stored = portrait;
    const uploads = [];
    const services = {
      AssetsService: class { getAsset = async () => ({ stream: Readable.from([stored]) }); },
      FilesService: class { uploadOne = async (stream, data, key, options) => ((stored = await buffer(stream)), uploads.push({ data, key, options })); },
    };
    const errors = [];
    const registered = {};
    hook({ action: (event, handler) => (registered[event] = handler) }, { services, getSchema: async () => ({}), logger: { error: (...args) => errors.push(args) } });
    registered['files.upload']({ key: 'a', payload: { type: 'text/plain' } });
    registered['files.upload']({ key: 'b', payload: { type: 'image/jpeg', storage: 'local', filename_download: 'portrait.jpg' } });
    while (uploads.length + errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(errors, []);
    assert.deepEqual(uploads, [{ data: { storage: 'local', type: 'image/jpeg', filename_download: 'portrait.jpg' }, key: 'b', options: { emitEvents: false } }]);
    await slimmed(stored);
  },

  async ghost() {
    const base = join(folder, 'current/core/server/adapters/storage');
    await mkdir(base, { recursive: true });
    await writeFile(join(base, 'package.json'), '{}');
    await writeFile(join(base, 'LocalImagesStorage.js'), `
      const { copyFile } = require('node:fs/promises');
      module.exports = class { async save(file, folder) { await copyFile(file.path, folder + '/' + file.name); return '/content/' + file.name; } };`);
    const Storage = createRequire(join(folder, 'package.json'))('./out/content/adapters/storage/slim/index.cjs');
    await mkdir('stored');
    const storage = new Storage();
    assert.equal(await storage.save({ name: 'portrait.jpg', path: 'photos/portrait.jpg' }, 'stored'), '/content/portrait.jpg');
    await slimmed(await readFile('stored/portrait.jpg'));
    await storage.save({ name: 'notes.txt', path: 'package.json' }, 'stored');
    assert.deepEqual(await readFile('stored/notes.txt'), await readFile('package.json'));
    assert.deepEqual(await readFile('photos/portrait.jpg'), portrait);
  },

  async sanity() {
    const { createLocalEngine } = await import('@slimface/engine');
    const { createSlimFace } = await import('@slimface/sharp-plugin');
    const { uploadPortrait } = await out('upload-portrait.js');
    const uploads = [];
    const client = { assets: { upload: async (...args) => (uploads.push(args), { _id: 'image-1' }) } };
    assert.deepEqual(await uploadPortrait(client, createSlimFace({ slimmer: await createLocalEngine() }), 'photos/portrait.jpg'), { _id: 'image-1' });
    const [[type, bytes, { filename, label }]] = uploads;
    assert.equal(type, 'image');
    assert.equal(filename, 'portrait.jpg');
    assert.match(label, /^slimface [0-9a-f]{16}$/);
    await slimmed(bytes);
  },

  async gulp() {
    const { photos } = await out('gulpfile.js');
    await photos();
    assert.deepEqual(await readdir('dist'), ['portrait.jpg']);
    await slimmed(await readFile('dist/portrait.jpg'));
    await writeFile('photos/broken.jpg', portrait.subarray(0, 5000));
    await assert.rejects(photos(), /broken\.jpg: Expected a complete image/);
  },
};

/** Whether the face differs from that of the portrait as it is, and nothing below it. */
async function slimmed(file, plain = portrait) {
  const [a, b] = await Promise.all([file, plain].map((image) => sharp(image).raw().toBuffer({ resolveWithObject: true })));
  assert.deepEqual([a.info.width, a.info.height], [512, 512]);
  const differing = (from, to) => {
    let count = 0;
    for (let i = from * 512 * 3; i < to * 512 * 3; i++) if (Math.abs(a.data[i] - b.data[i]) > 20) count++;
    return count / ((to - from) * 512 * 3);
  };
  assert.ok(differing(0, 300) > 0.001, `Expected a slimmed face but ${differing(0, 300)} of its samples differ`);
  assert.ok(differing(320, 512) < 0.0005, `Expected the rest as it was but ${differing(320, 512)} of its samples differ`);
}

if (!Object.hasOwn(runs, host) && !host.endsWith('-like')) throw new Error(`Expected a run for the recipe ${host} but there is none`);
await runs[host]?.();
process.exit(); // recipes for servers leave their engine open
