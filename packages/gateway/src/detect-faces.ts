import { checkRequirements, type Face, InvalidInputError, isPixelSlimmer } from '@slimface/core';
import { askEngine } from './ask-engine.ts';
import type { IncomingImage, Way } from './slim-photo.ts';

/**
 * Finds the faces of one photo, from left to right; none is no error.
 *
 * @throws {SlimFaceError} whatever is wrong with the upload or the image; {InvalidInputError} the engine only slims
 */
export async function detectFaces(image: IncomingImage, { place, operation, context: { slimmer, signal } }: Way): Promise<readonly Face[]> {
  if (!isPixelSlimmer(slimmer)) throw new InvalidInputError('an engine that lists faces, as the local one does', slimmer.id);
  const bytes = await operation.stage('receive', () => image.takeBytes());
  operation.note({ byteSize: bytes.byteLength });
  await operation.stage('check', () => checkRequirements(bytes, slimmer.requirements));
  await operation.stage('queue', () => place.turn(signal));
  const faces = await operation.stage('detect', () => askEngine(() => slimmer.detectFaces(bytes, { signal })));
  operation.note({ faces: faces.length });
  return faces;
}
