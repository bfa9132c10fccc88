import { hash } from 'node:crypto';
import sharp from 'sharp';

// The step's parts one by one, from its built files: a benchmark may look inside.
const dist = new URL('../../packages/sharp-plugin/dist/', import.meta.url);
const load = (file) => import(new URL(file, dist));
const [{ readPixels, toSharedMemory }, { toEntry, fromEntry }, { toCarrier }] = await Promise.all(
  ['pixels.js', 'cache/entry.js', 'carrier/carrier.js'].map(load),
);

/**
 * What the step does to one photo, as tasks to be timed. Each takes what the one before it made, so that it is timed
 * alone; in the step, sharp works on two cores and the others on one.
 */
export async function makeParts(photo, engine, target) {
  const source = await sharp(photo).metadata();
  const pixels = await readPixels(sharp(photo), source, { depth: 'uchar', colours: 'srgb' });
  const slimmed = await engine.slimPixels(pixels);
  const shared = toSharedMemory(slimmed.pixels);
  const { width, height, channels } = shared;
  const raw = { width, height, channels };
  const entry = toEntry(pixels, { ...slimmed, pixels: shared });
  const carrier = await toCarrier(shared, source);
  return {
    'plain: decode, resize, encode': () => sharp(photo).resize(target).jpeg().toBuffer(),
    'decode at full size': () => sharp(photo, { ignoreIcc: true }).raw().toBuffer(),
    'the same to sRGB': () => sharp(photo).raw().toBuffer(),
    'the same as the step does it': () => readPixels(sharp(photo), source, { depth: 'uchar', colours: 'srgb' }),
    'the same for keepMetadata': () => readPixels(sharp(photo), source, { depth: 'uchar', colours: 'own' }),
    'engine\'s own copy': () => new Uint8Array(new SharedArrayBuffer(pixels.data.length)).set(pixels.data),
    'the same for other engines': () => void toSharedMemory(pixels),
    'resize and encode from raw': () => sharp(shared.data, { raw }).resize(target).jpeg().toBuffer(),
    'SHA-256 for the key': () => void hash('sha256', pixels.data),
    'find and keep what changed': () => void toEntry(pixels, { ...slimmed, pixels: shared }),
    'repeat a kept slimming': () => void fromEntry(pixels, entry),
    'write the carrier': () => toCarrier(shared, source),
    'resize and encode from the carrier': () => sharp(carrier).resize(target).keepMetadata().jpeg().toBuffer(),
  };
}
