import type { Readable } from 'node:stream';
import { FileTooLargeError, InvalidInputError, type SlimFaceError, UploadInterruptedError } from '@slimface/core';
import type { Upload } from 'graphql-upload-minimal';

/** The value of an `Upload` variable: a file that has arrived whole, or the reason why it is of no use. */
export class ReceivedFile {
  #outcome: Uint8Array | SlimFaceError;

  constructor(outcome: Uint8Array | SlimFaceError) {
    this.#outcome = outcome;
  }

  /**
   * Hands over the file's bytes. That works once: else an operation could have one small upload worked on a hundred
   * times under as many aliases.
   *
   * @throws {FileTooLargeError} the file was longer than the limit
   * @throws {UploadInterruptedError} no such file arrived
   * @throws {InvalidInputError} the bytes have been handed over before
   */
  takeBytes(): Uint8Array {
    const outcome = this.#outcome;
    if (!(outcome instanceof Uint8Array)) throw outcome;
    this.#outcome = new InvalidInputError('each uploaded file in 1 place of the operation', 2);
    return outcome;
  }
}

/** Reads the part that belongs to `upload`. It rejects when the body breaks off within the part. */
export async function receiveFile(upload: Upload, partName: string, maxFileBytes: number): Promise<ReceivedFile> {
  const file = await upload.promise.catch(() => undefined);
  if (file === undefined) return new ReceivedFile(new UploadInterruptedError(`no file part named ${JSON.stringify(partName)} arrived`));
  return collect(file.createReadStream(), maxFileBytes);
}

/** A part is read to its end even when it is too long: one that is left unread would hold up the parts behind it. */
async function collect(stream: Readable, maxBytes: number): Promise<ReceivedFile> {
  let chunks: Uint8Array[] = [];
  let byteSize = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    byteSize += chunk.byteLength;
    if (byteSize > maxBytes) chunks = [];
    else chunks.push(chunk);
  }
  return new ReceivedFile(byteSize > maxBytes ? new FileTooLargeError({ maxBytes, byteSize }) : Buffer.concat(chunks, byteSize));
}
