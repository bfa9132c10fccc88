import { InvalidInputError } from '@slimface/core';
import type { IncomingImage } from '../slim-photo.ts';

/** The value of an `Upload` variable: a file that has yet to be read. */
export class ReceivedFile implements IncomingImage {
  #take: (() => Promise<Uint8Array>) | undefined;

  /** @param take reads the request, and hands over this file's bytes; it is called once at most */
  constructor(take: () => Promise<Uint8Array>) {
    this.#take = take;
  }

  /**
   * Hands over the file's bytes. That works once: else an operation could have one small upload worked on a hundred
   * times under as many aliases.
   *
   * @throws {FileTooLargeError} the file is longer than the limit
   * @throws {UploadInterruptedError} the client left, stopped sending or sent too slowly, or the body ended without the file
   * @throws {BusyError} no memory is left for the request at the moment
   * @throws {InvalidInputError} the bytes have been asked for before
   * @throws {GraphQLError} the request is malformed or too long
   */
  async takeBytes(): Promise<Uint8Array> {
    const take = this.#take;
    if (take === undefined) throw new InvalidInputError('each uploaded file in 1 place of the operation', 2);
    this.#take = undefined;
    return take();
  }
}
