import { UploadInterruptedError } from '@slimface/core';
import { BodyFault } from './body-fault.ts';
import { createFileBytes, type FileBytes } from './file-bytes.ts';
import type { PartSink } from './multipart-scanner.ts';

/** The files of one request. */
export interface IncomingFiles {
  /** Names the parts that are to come. */
  expect(names: readonly string[]): void;
  /**
   * Where the content of a part goes; `undefined` when no parts have been named yet.
   * @param bytesToCome of the whole body, as far as that is known
   * @throws {BodyFault} no such part is to come, or it has come before
   */
  sinkFor(name: string | undefined, bytesToCome: number | undefined): PartSink | undefined;
  /**
   * Hands over the content of a part.
   * @throws {FileTooLargeError} it is longer than the limit
   * @throws {UploadInterruptedError} the part has not come
   */
  take(name: string): Uint8Array;
  /** Lets go of everything. */
  drop(): void;
}

export function createIncomingFiles({ maxFileBytes }: { maxFileBytes: number }): IncomingFiles {
  let awaited: Set<string> | undefined;
  const files = new Map<string, FileBytes>();
  return {
    expect(names) {
      awaited = new Set(names);
    },
    sinkFor(name, bytesToCome) {
      if (awaited === undefined) return undefined;
      const share = bytesToCome === undefined ? undefined : Math.ceil(bytesToCome / awaited.size);
      if (name === undefined || !awaited.delete(name)) {
        throw new BodyFault('malformed', `Expected one file part for each name in map but received another one named ${JSON.stringify(name ?? null).slice(0, 60)}`);
      }
      const file = createFileBytes({ maxBytes: maxFileBytes, expectedBytes: share });
      files.set(name, file);
      return file;
    },
    take(name) {
      const file = files.get(name);
      if (file === undefined) throw new UploadInterruptedError(`no file part named ${JSON.stringify(name)} arrived`);
      return file.take();
    },
    drop() {
      files.clear();
    },
  };
}
