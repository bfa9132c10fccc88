import { orAborted, UploadInterruptedError } from '@slimface/core';
import { isOurs, isStreamFed, outputFormat } from './queued.ts';
import type { SharpLike, SharpMetadata } from './sharp-like.ts';

/**
 * What sharp says of an image before it decodes it. One that is fed by a stream has come in whole then.
 *
 * @throws {UploadInterruptedError} the image was destroyed before its stream had ended, for which sharp itself would wait for ever
 * @throws {AbortedError} `signal` was aborted
 */
export async function readDescription(image: SharpLike, signal: AbortSignal): Promise<SharpMetadata> {
  const stream = image as Partial<NodeJS.WritableStream & { destroyed: boolean; writableFinished: boolean }>;
  const interrupted = (): UploadInterruptedError => new UploadInterruptedError('the image was destroyed before its stream had ended');
  if (isStreamFed(image) && stream.destroyed && !stream.writableFinished) throw interrupted();
  let onClose = (): void => {};
  const closed = new Promise<never>((_, reject) => {
    onClose = () => void (!isStreamFed(image) || stream.writableFinished || reject(interrupted()));
    stream.once?.('close', onClose);
  });
  try {
    const metadata = await orAborted(Promise.race([image.metadata(), closed]), signal);
    // What an earlier step has made is written as that step had found it, or as was asked for since.
    return isOurs(image) ? { ...metadata, format: outputFormat(image) } : metadata;
  } finally {
    stream.removeListener?.('close', onClose);
  }
}
