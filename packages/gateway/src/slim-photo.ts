import { createHash } from 'node:crypto';
import { checkRequirements, createSlimmedImage, type FaceWish, resolveSlimOptions, ResultUnavailableError, type SlimmedImage, type SlimOptions } from '@slimface/core';
import type { Place } from './admission/admission.ts';
import { askEngine } from './ask-engine.ts';
import { type CheckedSlimOptions, checkSlimOptions, type SlimRequest } from './check-slim-options.ts';
import type { GatewayContext } from './context.ts';
import { checkIdempotencyKey } from './idempotency.ts';
import { about } from './invalid-argument.ts';
import type { Operation } from './observe/operation.ts';
import { stripMetadata } from './metadata/strip-metadata.ts';
import type { StoredResult } from './store/stored-result.ts';

/** A photo that comes in. */
export interface IncomingImage {
  /**
   * The photo's bytes, once the last of them has arrived.
   * @throws {FileTooLargeError | UploadInterruptedError | BusyError | InvalidInputError | GraphQLError}
   */
  takeBytes(): Promise<Uint8Array>;
}

/** A photo and what is to be done to it, as it was asked for. */
export interface PhotoToSlim extends SlimRequest {
  /** Bytes when it has arrived already. */
  readonly image: IncomingImage | Uint8Array;
  /** Given: a photo that comes again under it gets the result of the first time. */
  readonly idempotencyKey?: string | undefined;
}

/** What a photo's way goes through. */
export interface Way {
  readonly place: Place;
  readonly operation: Operation;
  readonly context: GatewayContext;
}

/**
 * The flow of one photo: checks of the options, received bytes, checks that need no decoding, the engine, the store.
 *
 * @throws {SlimFaceError} whatever is wrong with the options, the upload, the image or its faces
 */
export async function slimPhoto(photo: PhotoToSlim, way: Way): Promise<StoredResult> {
  const { operation, context } = way;
  const { slimmer, idempotency, caller, signal } = context;
  const options = await checkSlimOptions(photo, slimmer);
  const { image, idempotencyKey: key } = photo;
  if (key !== undefined) checkIdempotencyKey(key);
  operation.note({ slimDegree: options.slimDegree });

  const bytes = image instanceof Uint8Array ? image : await operation.stage('receive', () => image.takeBytes());
  operation.note({ byteSize: bytes.byteLength });
  await operation.stage('check', () => checkRequirements(bytes, slimmer.requirements));

  if (key === undefined) return slimAndStore(bytes, { ...options, signal }, way);
  const fingerprint = fingerprintOf(bytes, options);
  // Without the signal: should the client leave, it will come again and ask for the result.
  return idempotency.once({ caller: caller?.countedAs ?? '', key, fingerprint, signal }, (id) => slimAndStore(bytes, options, way, { id, fingerprint }));
}

async function slimAndStore(bytes: Uint8Array, options: SlimOptions, { place, operation, context }: Way, known: { id?: string; fingerprint?: string } = {}): Promise<StoredResult> {
  const { slimmer, store, requestId } = context;
  await operation.stage('queue', () => place.turn(options.signal));
  // All else that an engine could not accept has been checked by now.
  const slimmed = await operation.stage('slim', () => askEngine(() => about('faces', () => slimmer.slim(bytes, options))));
  place.done();

  const { faces, requestId: upstreamRequestId, logId: upstreamLogId } = slimmed;
  operation.note({
    faces: faces.length,
    ...(options.faces !== undefined && { faceDegrees: faces.map((face) => face.slimDegree) }),
    ...(upstreamRequestId !== undefined && { upstreamRequestId }),
    ...(upstreamLogId !== undefined && { upstreamLogId }),
  });
  const keep = async (): Promise<StoredResult> => {
    // Results of a remote engine are downloaded here: only the vendor can honour an address of theirs.
    const image = await askEngine(() => slimmed.bytes());
    return store.put(createSlimmedImage(slimmed, context.stripMetadata ? stripMetadata(image, slimmed.mediaType) : image), { requestId, ...known });
  };
  return operation.stage('store', () => keep().catch((error: unknown) => asPaidFor(slimmed, error)));
}

/** Whoever comes again pays again, when the result that could not be kept was a remote engine's. */
function asPaidFor({ url }: SlimmedImage, error: unknown): never {
  if (url === undefined || !(error instanceof ResultUnavailableError)) throw error;
  throw new ResultUnavailableError(error.message, { billed: 'yes', retryable: error.retryable, cause: error.cause ?? error });
}

/**
 * Of everything that a result depends on; the order in which faces are listed is not. Wishes without a shape or a point are
 * written as they were before there were any: their keys may have been used by then.
 */
function fingerprintOf(bytes: Uint8Array, options: CheckedSlimOptions): string {
  const { faceWishes, ...ofAll } = resolveSlimOptions(options);
  const [slimDegree, ...shape] = listWish(ofAll);
  const own = faceWishes.map((wish) => [wish.face, ...listWish(wish)] as const);
  const byIndex = own.filter(([face]) => typeof face === 'number').sort(([a], [b]) => Number(a) - Number(b));
  const byPoint = own.filter(([face]) => typeof face !== 'number').map((wish) => JSON.stringify(wish)).sort();
  return createHash('sha256').update(`${JSON.stringify([slimDegree, [...byIndex, ...byPoint], ...shape])}\n`).update(bytes).digest('hex');
}

/** A degree, and behind it the shape where it changes something. */
function listWish({ slimDegree, shape }: FaceWish): unknown[] {
  return Object.values(shape).some((value) => value !== 0) ? [slimDegree, shape] : [slimDegree];
}
