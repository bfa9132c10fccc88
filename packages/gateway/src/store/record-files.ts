import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@slimface/core';
import { orUndefinedWhenMissing } from './file-errors.ts';
import { inParallel } from './in-parallel.ts';
import { makePrivate, tidy, writeInto } from './private-folder.ts';
import { fromRecord, type StoredResult, toRecord } from './stored-result.ts';

/** What is known about results, in one file each. */
export interface RecordFiles {
  /** `undefined` when there is no record, or a damaged one. */
  read(id: string): Promise<StoredResult | undefined>;
  /** Reads every record and deletes those that are damaged. One that cannot be read stays, and its error is with `faults`. */
  readAll(): Promise<{ results: StoredResult[]; faults: unknown[]; damaged: number }>;
  write(result: StoredResult): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Opens the folder. Ids are those of results: none comes from outside. */
export async function openRecordFiles(folder: string): Promise<RecordFiles> {
  await makePrivate(folder);
  const path = (id: string): string => join(folder, `${id}.json`);
  const read = async (id: string): Promise<StoredResult | undefined> => {
    const json = await orUndefinedWhenMissing(readFile(path(id), 'utf8'));
    const result = json === undefined ? undefined : fromRecord(json);
    return result?.id === id ? result : undefined;
  };
  const remove = (id: string): Promise<void> => rm(path(id), { force: true });

  return {
    read,
    remove,
    async readAll() {
      const results: StoredResult[] = [];
      const faults: unknown[] = [];
      let damaged = 0;
      const ids = (await tidy(folder, /^([0-9a-f]{32})\.json$/)).map(([, id]) => id!);
      await inParallel(ids, async (id) => {
        try {
          const result = await read(id);
          if (result !== undefined) return void results.push(result);
          await remove(id);
          damaged++;
        } catch (fault) {
          faults.push(fault);
        }
      });
      return { results, faults, damaged };
    },
    write: (result) => writeInto(folder, () => writeFileAtomically(path(result.id), toRecord(result), { mode: 0o600 })),
  };
}
