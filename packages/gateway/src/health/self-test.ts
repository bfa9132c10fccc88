import { readFile } from 'node:fs/promises';
import { type FaceSlimmer, inspectImage, InternalError } from '@slimface/core';

/** A portrait of 256 x 256 pixels, cut out of fixtures/astronaut.png. As far from here in `src` as in `dist`. */
const portrait = new URL('../../assets/self-test.jpg', import.meta.url);

/**
 * Slims a small portrait and looks whether that is what came back.
 *
 * @throws {SlimFaceError} the engine cannot; {InternalError} its answer is something else
 */
export async function slimSelfTestImage(slimmer: FaceSlimmer): Promise<void> {
  const image = await readFile(portrait);
  const slimmed = await slimmer.slim(image, { slimDegree: 1 });
  const bytes = await slimmed.bytes();
  const wanted = `another ${describe(image)} with 1 face`;
  const received = `${image.equals(bytes) ? 'the same' : 'another'} ${describe(bytes)} with ${slimmed.faces.length} face${slimmed.faces.length === 1 ? '' : 's'}`;
  if (received !== wanted) throw new InternalError(`Expected the engine to answer the self-test with ${wanted} but received ${received}`);
}

function describe(bytes: Uint8Array): string {
  const { mediaType, width, height } = inspectImage(bytes);
  return `${mediaType} of ${width} x ${height} px`;
}
