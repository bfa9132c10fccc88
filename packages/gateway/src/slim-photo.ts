import { checkRequirements, checkSlimDegree, type FaceSlimmer } from '@slimface/core';
import type { ResultStore } from './store/result-store.ts';
import type { StoredResult } from './store/stored-result.ts';
import type { ReceivedFile } from './upload/received-file.ts';

/**
 * The flow of one photo: received bytes, checks that need no decoding, the engine, the store.
 *
 * @param photo.slimDegree whatever the caller sent
 * @throws {SlimFaceError} whatever is wrong with the upload, the degree, the image or its faces
 */
export async function slimPhoto(
  photo: { image: ReceivedFile; slimDegree: unknown },
  { slimmer, store, signal }: { slimmer: FaceSlimmer; store: ResultStore; signal: AbortSignal },
): Promise<StoredResult> {
  const slimDegree = checkSlimDegree(photo.slimDegree);
  const bytes = photo.image.takeBytes();
  checkRequirements(bytes, slimmer.requirements);
  const slimmed = await slimmer.slim(bytes, { slimDegree, signal });
  return store.put(slimmed);
}
