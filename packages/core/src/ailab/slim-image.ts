import { AbortedError, InvalidInputError } from '../errors/call-errors.ts';
import { shapeControls } from '../face-shape.ts';
import type { ImageInput } from '../face-slimmer.ts';
import { uprightSides } from '../inspect-image.ts';
import { sniffMediaType } from '../inspect/magic-bytes.ts';
import { orAborted } from '../or-aborted.ts';
import { readImageInput } from '../read-image-input.ts';
import { apiRequirements } from '../requirements.ts';
import { resolveSlimOptions } from '../slim-options.ts';
import { cacheKey, forget, recall, remember } from './pacing/cache.ts';
import type { AilabSlimOptions } from './client-options.ts';
import type { ClientContext } from './context.ts';
import { isTimeUp, startDeadline, toAbortError, type Deadline } from './pacing/deadline.ts';
import { maxUncheckedBytes, preflight, withoutPreflight } from './preflight.ts';
import { createRemoteImage, type AilabSlimmedImage, type Slimming } from './result/remote-image.ts';
import { resolveCallSettings, type CallSettings } from './resolve-options.ts';
import { withRetries } from './pacing/retry.ts';
import type { FlightControls } from './pacing/single-flight.ts';
import { trySlim, type Job } from './request/send-image.ts';

/** How long the API keeps a result. */
const resultLifeMs = 24 * 60 * 60 * 1000;

/** The whole of a call: read, check, join or pay for the slimming, and hand over where the result is. */
export async function slimImage(image: ImageInput, options: AilabSlimOptions, context: ClientContext): Promise<AilabSlimmedImage> {
  const { slimDegree, shape, signal } = resolveSlimOptions(options);
  if (options.faces !== undefined) throw new InvalidInputError('no faces option, because the API slims every face by the same degree,', options.faces);
  const control = shapeControls.find((name) => shape[name] !== 0);
  if (control !== undefined) throw new InvalidInputError(`no shape.${control}, because the API knows no shape,`, shape[control]);
  const settings = resolveCallSettings(options, context.defaults);
  const deadline = startDeadline(settings.totalTimeoutMs, `a result within ${settings.totalTimeoutMs} ms, retries included,`, signal);
  const about = { 'slimface.slim_degree': slimDegree, 'server.address': context.endpoint.slimUrl.hostname };
  try {
    return await context.trace('slimface.slim', about, async ({ note }) => {
      const job = await prepare(image, slimDegree, settings, deadline, context);
      note({ 'slimface.byte_size': job.image.byteLength });
      const slimming = await share(job, deadline, context);
      return createRemoteImage(slimming, { ...context, signal });
    });
  } catch (error) {
    if (error instanceof AbortedError && isTimeUp(deadline.signal)) throw toAbortError(deadline.signal, error.billed);
    throw error;
  } finally {
    deadline.clear();
  }
}

async function prepare(input: ImageInput, slimDegree: number, settings: CallSettings, { signal }: Deadline, { emit }: ClientContext): Promise<Job> {
  const maxBytes = settings.preflight ? apiRequirements.maxBytes : maxUncheckedBytes;
  const image = await readImageInput(input, { maxBytes, signal });
  const { info, warnings } = settings.preflight ? preflight(image) : withoutPreflight(image);
  for (const message of warnings) emit({ type: 'warning', message });
  const mediaType = info?.mediaType ?? sniffMediaType(image) ?? undefined;
  const sides = info && { width: info.width, height: info.height };
  return { image, info, settings, sent: { slimDegree, byteSize: image.byteLength, ...(mediaType !== undefined && { mediaType }), ...sides } };
}

/** Joins the same slimming when it is under way. */
function share(job: Job, deadline: Deadline, context: ClientContext): Promise<Slimming> {
  const request = {
    image: job.image,
    options: JSON.stringify([context.scope, job.sent.slimDegree, job.settings]),
    deadline,
    onShared: () => context.emit({ type: 'shared' }),
  };
  return context.flights.run(request, (flight) => slimUnlessCached(job, flight, context));
}

async function slimUnlessCached(job: Job, flight: FlightControls, context: ClientContext): Promise<Slimming> {
  const { cache, version, emit } = context;
  if (cache === undefined) return slim(job, flight, context);
  const key = cacheKey(job.image, job.sent.slimDegree, version);
  const known = await orAborted(recall(cache, key, job.sent.slimDegree, emit), flight.signal);
  const slimming = known ?? (await slim(job, flight, context));
  if (known === undefined) context.linger(remember(cache, key, slimming, emit));
  return { ...slimming, onExpired: () => context.linger(forget(cache, key, slimming, emit)) };
}

/** The call that is paid for. */
async function slim(job: Job, flight: FlightControls, context: ClientContext): Promise<Slimming> {
  const { settings, sent, info } = job;
  const { limits, emit } = context;
  const { signal, left } = flight;
  const { url, ...ids } = await withRetries((attempt) => trySlim(job, attempt, flight, context), { ...limits, ...settings }, {
    signal,
    left,
    onRetry: ({ error, ...next }) => emit({ type: 'retry', operation: 'slim', ...next, code: error.code }),
  });
  const { width, height } = info === undefined ? { width: 0, height: 0 } : uprightSides(info);
  return { url, ...ids, expiresAt: new Date(Date.now() + resultLifeMs), slimDegree: sent.slimDegree, mediaType: info?.mediaType ?? 'image/jpeg', width, height };
}
