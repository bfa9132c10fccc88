import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@slimface/core';
import { orUndefinedWhenMissing } from './file-errors.ts';
import { inParallel } from './in-parallel.ts';
import { makePrivate, tidy, writeInto } from './private-folder.ts';

/** Images by the SHA-256 of their bytes. One file serves every result that has these bytes and goes with the last of them. */
export interface ContentFiles {
  /** Bytes of all files that are there or about to be written. */
  readonly byteSize: number;
  /** The same without those that are about to be deleted. */
  readonly claimedBytes: number;
  path(sha256: string): string;
  /** Counts one more result with these bytes, before they are written. */
  claim(sha256: string, byteSize: number): void;
  /** Keeps a file that is there, whoever releases it. */
  claimForGood(sha256: string): void;
  /** Writes bytes that have been claimed, unless they are there. */
  write(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Counts one result less; the last one takes the file with it. */
  release(sha256: string): Promise<void>;
  /** Bytes of a file as far as is known, without a look at the disk; `undefined` when there is none. */
  sizeOf(sha256: string): number | undefined;
  /** Whether the file is there right now with its full length. */
  isIntact(sha256: string, byteSize: number): Promise<boolean>;
  /** Files that no result claims. */
  unclaimed(): string[];
  /** Deletes a file, if still no result claims it. */
  deleteUnclaimed(sha256: string): Promise<void>;
}

interface Content {
  readonly byteSize: number;
  claims: number;
  /** Ends with the last of the writes and deletions of this file, which go one after the other. */
  turn: Promise<unknown>;
}

/** Opens the folder; nothing in it is claimed yet. */
export async function openContentFiles(folder: string): Promise<ContentFiles> {
  const contents = new Map<string, Content>();
  let byteSize = 0;
  let claimedBytes = 0;

  const path = (sha256: string): string => join(folder, sha256);
  const sizeOnDisk = async (sha256: string): Promise<number | undefined> => (await orUndefinedWhenMissing(stat(path(sha256))))?.size;
  const add = (sha256: string, size: number): Content => {
    const content: Content = { byteSize: size, claims: 0, turn: Promise.resolve() };
    contents.set(sha256, content);
    byteSize += size;
    return content;
  };
  const claim = (sha256: string, size: number): void => {
    const content = contents.get(sha256) ?? add(sha256, size);
    if (content.claims++ === 0) claimedBytes += content.byteSize;
  };
  const inTurn = (content: Content, work: () => Promise<void>): Promise<void> => {
    const worked = content.turn.then(work);
    content.turn = worked.catch(() => {}); // who asked for the work hears of its failure
    return worked;
  };
  const deleteUnclaimed = async (sha256: string): Promise<void> => {
    const content = contents.get(sha256);
    if (content === undefined) return;
    await inTurn(content, async () => {
      if (content.claims > 0 || contents.get(sha256) !== content) return;
      await rm(path(sha256), { force: true });
      if (content.claims > 0) return; // claimed meanwhile: the write that follows finds no file and makes one
      contents.delete(sha256);
      byteSize -= content.byteSize;
    });
  };

  await makePrivate(folder);
  await inParallel(await tidy(folder, /^[0-9a-f]{64}$/), async ([sha256]) => void add(sha256, (await sizeOnDisk(sha256)) ?? 0));

  return {
    get byteSize() {
      return byteSize;
    },
    get claimedBytes() {
      return claimedBytes;
    },
    path,
    claim,
    claimForGood: (sha256) => claim(sha256, 0),
    write(sha256, bytes) {
      return inTurn(contents.get(sha256)!, async () => {
        if ((await sizeOnDisk(sha256)) === bytes.byteLength) return;
        await writeInto(folder, () => writeFileAtomically(path(sha256), bytes, { mode: 0o600 }));
      });
    },
    async release(sha256) {
      const content = contents.get(sha256)!;
      if (--content.claims > 0) return;
      claimedBytes -= content.byteSize;
      await deleteUnclaimed(sha256);
    },
    sizeOf: (sha256) => contents.get(sha256)?.byteSize,
    async isIntact(sha256, size) {
      return (await sizeOnDisk(sha256)) === size;
    },
    unclaimed() {
      return [...contents].filter(([, { claims }]) => claims === 0).map(([sha256]) => sha256);
    },
    deleteUnclaimed,
  };
}
