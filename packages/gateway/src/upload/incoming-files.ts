import { BodyFault } from './body-fault.ts';
import { createFileBytes, type FileBytes } from './file-bytes.ts';
import type { PartSink } from './multipart-scanner.ts';

/** The files of one request. */
export interface IncomingFiles {
  /** Names the parts that are to come. */
  expect(names: readonly string[]): void;
  /**
   * Where the content of a part goes; `undefined` when no parts have been named yet.
   * @throws {BodyFault} no such part is to come, or it has come before
   */
  sinkFor(name: string | undefined): PartSink | undefined;
  /** @throws {BodyFault} one of the parts has not come */
  checkComplete(): void;
  /**
   * Hands over the content of a part that has come.
   * @throws {FileTooLargeError} it is longer than the limit
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
    sinkFor(name) {
      if (awaited === undefined) return undefined;
      if (name === undefined || !awaited.delete(name)) {
        throw new BodyFault('malformed', `Expected one file part for each name in map but received another one named ${brief(name)}`);
      }
      const file = createFileBytes(maxFileBytes);
      files.set(name, file);
      return file;
    },
    checkComplete() {
      const [missing] = awaited ?? [];
      if (missing !== undefined) throw new BodyFault('malformed', `Expected a file part for each name in map but received none named ${brief(missing)}`);
    },
    take: (name) => files.get(name)!.take(),
    drop() {
      files.clear();
    },
  };
}

function brief(name: string | undefined): string {
  return JSON.stringify(name ?? null).slice(0, 60);
}
