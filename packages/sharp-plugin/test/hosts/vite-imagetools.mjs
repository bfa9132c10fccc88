// Builds with Vite and vite-imagetools, which need Node 22, and leaves what the built modules export in report.json.
// node vite-imagetools.mjs '{ "root": "...", "jobs": [{ "name", "request", "cache", "version", "fails", "own", "serve" }] }'
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceImagetools } from '@slimface/sharp-plugin/imagetools';
import { build, createServer } from 'vite';
import { imagetools } from 'vite-imagetools';

const { root, jobs } = JSON.parse(process.argv[2]);
const engine = await createLocalEngine();
let calls = 0;

/** The local engine, counted. Another version slims twice as much. */
function engineOf({ version = '1', fails = false }) {
  return Object.assign(Object.create(engine), {
    version,
    slimPixels(pixels, { slimDegree, ...options }) {
      calls++;
      if (fails) throw new Error('The engine is on strike');
      return engine.slimPixels(pixels, { ...options, slimDegree: slimDegree * Number(version) });
    },
  });
}

/** Options of users. */
const optionsOf = {
  directives: { defaultDirectives: new URLSearchParams({ slimFace: '', w: '200' }) },
  function: { defaultDirectives: async (url, metadata) => new URLSearchParams(url.searchParams.has('half') ? { w: `${(await metadata()).width / 2}` } : {}) },
  transforms: { extendTransforms: (builtins) => [...builtins, ({ mirrored }) => (mirrored === undefined ? undefined : (_, image) => image.flop())] },
};

async function run({ name, request, cache, own, serve = false, ...engineOptions }) {
  const options = { cache: { enabled: cache !== undefined, dir: join(root, cache ?? 'no-cache') }, ...optionsOf[own] };
  const slimFace = createSlimFace({ slimmer: engineOf(engineOptions), slimDegree: 0.9 });
  const entry = join(root, `${name}.js`);
  await writeFile(entry, `export { default } from './${request}';`);
  const config = { root, configFile: false, logLevel: 'silent', cacheDir: join(root, '.vite'), plugins: [imagetools(slimFaceImagetools(slimFace, options))] };
  if (serve) return fetchFrom(config, request);
  const outDir = join(root, `${name}-built`);
  await build({ ...config, build: { ssr: entry, ssrEmitAssets: true, assetsInlineLimit: 0, outDir } });
  const { default: exported } = await import(pathToFileURL(join(outDir, `${name}.js`)));
  return { outDir, exported };
}

async function fetchFrom(config, request) {
  const server = await createServer({ ...config, server: { host: '127.0.0.1', port: 0, strictPort: false, watch: null, ws: false } });
  try {
    await server.listen();
    const { port } = server.httpServer.address();
    const { default: url } = await server.ssrLoadModule(`/${request}`);
    const response = await fetch(`http://127.0.0.1:${port}${url}`);
    return { type: response.headers.get('content-type'), image: Buffer.from(await response.arrayBuffer()).toString('base64') };
  } finally {
    await server.close();
  }
}

const report = {};
for (const job of jobs) {
  const callsBefore = calls;
  report[job.name] = await run(job).catch((error) => ({ error: error.message }));
  report[job.name].calls = calls - callsBefore;
}
await writeFile(join(root, 'report.json'), JSON.stringify(report));
await engine.close();
