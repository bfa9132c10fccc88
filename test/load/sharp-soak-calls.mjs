import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer as collect } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';

/** The four forms of the step, from bytes to the bytes of a file. */
const forms = {
  image: async (slimFace, bytes, options) => (await slimFace(sharp(bytes), options)).toBuffer(),
  async inPlace(slimFace, bytes, options) {
    const image = sharp(bytes);
    await slimFace.inPlace(image, options);
    return image.toBuffer();
  },
  buffer: (slimFace, bytes, options) => slimFace.buffer(bytes, options),
  async stream(slimFace, bytes, options) {
    const pieces = Array.from({ length: 4 }, (_, i) => bytes.subarray((i * bytes.length) >> 2, ((i + 1) * bytes.length) >> 2));
    let file;
    await pipeline(Readable.from(pieces), slimFace.stream(options), async (slimmed) => { file = await collect(slimmed); });
    return file;
  },
};

/** A call of a random kind. */
export function drawJob(random, names) {
  const oneOf = (list) => list[Math.floor(random() * list.length)];
  const form = oneOf(['image', 'inPlace', 'buffer', 'stream']);
  const disturbance = oneOf(['none', 'none', 'none', 'none', 'shared signal', 'abort', 'abort', 'aborted before', 'timeout', 'impatient']);
  const options = { slimDegree: oneOf([0.6, 1.4]), keepMetadata: random() < 0.25, onNoFace: random() < 0.25 ? 'throw' : undefined, onError: random() < 0.1 ? 'pass-through' : undefined };
  return { form, source: oneOf(names), ...options, disturbance, after: Math.ceil(random() ** 2 * 400), reason: { because: 'the caller left' } };
}

/** What decides about the outcome of a call that nothing disturbs. */
export function nameOf({ form, source, slimDegree, keepMetadata, onNoFace, onError }) {
  return JSON.stringify([form, source, slimDegree, keepMetadata, onNoFace, onError]);
}

/** What comes of a call: the hash of its pixels, or its error. */
export async function outcomeOf(slimFace, { form, source, slimDegree, keepMetadata, onNoFace, onError, disturbance, after, reason }, sources, shared) {
  const options = { slimDegree, keepMetadata, onNoFace, onError };
  const own = new AbortController();
  let timer;
  if (shared.patient !== undefined) {
    if (disturbance === 'timeout') options.timeout = after;
    if (disturbance === 'shared signal') options.signal = shared.patient.signal;
    if (disturbance === 'impatient') options.signal = shared.impatient.signal;
    if (disturbance.startsWith('abort')) options.signal = own.signal;
    if (disturbance === 'aborted before') own.abort(reason);
    if (disturbance === 'abort') timer = setTimeout(() => own.abort(reason), after);
  }
  try {
    const file = await forms[form](slimFace, sources[source], options);
    const { data, info } = await sharp(file, { pages: -1 }).raw().toBuffer({ resolveWithObject: true });
    return { pixels: hash('sha256', `${info.width}x${info.height}x${info.channels} ${hash('sha256', data)}`) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}
