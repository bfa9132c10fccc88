// Real builds of webpack with image-minimizer-webpack-plugin, for webpack.test.ts. A process of its own, as the plug-in
// requires sharp by itself, and under vitest `require` finds what is meant for `import`.
// Usage: node webpack.mjs <folder with the sources>; each build's files go to a folder of its name below it.
import { join } from 'node:path';
import { BusyError } from '@slimface/core';
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { slimFaceBefore, slimFaceMinimizer } from '@slimface/sharp-plugin/webpack';
import ImageMinimizerPlugin from 'image-minimizer-webpack-plugin';
import webpack from 'webpack';

const { sharpGenerate, sharpMinify } = ImageMinimizerPlugin;
const sharpWebp = { preset: 'webp', implementation: sharpGenerate, options: { encodeOptions: { webp: { lossless: true, effort: 0 } } } };

const folder = process.argv[2];
const engine = await createLocalEngine();
const results = {};
let asked = 0;

const slimFaceOf = (slimDegree, { version = engine.version, failure } = {}) => {
  const slimPixels = async (pixels, options) => {
    asked++;
    if (failure !== undefined) throw failure;
    return engine.slimPixels(pixels, options);
  };
  return createSlimFace({ slimmer: { ...engine, version, slimPixels }, slimDegree });
};

async function build(name, plugins, configuration = {}) {
  const askedBefore = asked;
  const compiler = webpack({
    mode: 'production',
    performance: false,
    infrastructureLogging: { level: 'none' },
    context: folder,
    entry: './main.js',
    output: { path: join(folder, name), assetModuleFilename: '[name][ext]' },
    plugins: [plugins].flat().map((options) => new ImageMinimizerPlugin(options)),
    ...configuration,
  });
  const stats = await new Promise((resolve, reject) => compiler.run((error, all) => (error ? reject(error) : resolve(all.toJson({ errors: true, warnings: true })))));
  await new Promise((resolve, reject) => compiler.close((error) => (error ? reject(error) : resolve())));
  const messages = (list) => list.map(({ message }) => message);
  results[name] = { asked: asked - askedBefore, errors: messages(stats.errors), warnings: messages(stats.warnings) };
}

const cacheIn = (name) => ({ cache: { type: 'filesystem', cacheDirectory: join(folder, name) } });
const one = slimFaceOf(1);

await build('alone', slimFaceMinimizer(one));
await build('chained', slimFaceMinimizer(one, [{ implementation: sharpMinify, options: { resize: { width: 256 } } }]));
await build('loader-on', { ...slimFaceMinimizer(one), loader: true });
await build('own-degree', slimFaceMinimizer(one, [], { slimDegree: 2 }));

await build('cache-1', slimFaceMinimizer(slimFaceOf(1)), cacheIn('cache'));
await build('cache-1-again', slimFaceMinimizer(slimFaceOf(1)), cacheIn('cache'));
await build('cache-2', slimFaceMinimizer(slimFaceOf(2)), cacheIn('cache'));
await build('cache-newer', slimFaceMinimizer(slimFaceOf(2, { version: 'newer' })), cacheIn('cache'));

await build('generated', { generator: [slimFaceBefore(slimFaceOf(1), sharpWebp)] }, { entry: './webp.js' });
await build('generated-2', { generator: [slimFaceBefore(one, sharpWebp, { slimDegree: 2 })] }, { entry: './webp.js' });
await build('both', [{ generator: [slimFaceBefore(one, sharpWebp)] }, slimFaceMinimizer(one)], { entry: ['./main.js', './webp.js'] });
await build('beside', { generator: [slimFaceBefore(one, { ...sharpWebp, type: 'asset' })], loader: false, deleteOriginalAssets: false });

const failing = slimFaceOf(1, { failure: new BusyError('The engine is busy') });
await build('failed', slimFaceMinimizer(failing), cacheIn('failing-cache'));
await build('recovered', slimFaceMinimizer(slimFaceOf(1)), cacheIn('failing-cache'));
await build('warned', { ...slimFaceMinimizer(failing, [{ implementation: sharpMinify }]), severityError: 'warning' });
await build('failed-generator', { generator: [slimFaceBefore(failing, sharpWebp)] }, { entry: './webp.js' });

await engine.close();
process.stdout.write(JSON.stringify(results));
