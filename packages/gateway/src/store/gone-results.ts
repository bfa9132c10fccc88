import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull } from './file-errors.ts';
import { makePrivate, tidy, writeInto } from './private-folder.ts';

/** For how long after its expiry a result is told as expired; then its id is as unknown as any other. */
const REMEMBERED_MS = 7 * 86_400_000;
/** Beyond these the first that went are forgotten: each takes a name in the folder and about 200 bytes of memory. */
const MAX_REMEMBERED = 100_000;

/**
 * Results that are deleted, so that who asks for one is told so. All that is left of each is an empty file whose name
 * holds its id and its expiry.
 */
export interface GoneResults {
  /** When a result expired or would have, in milliseconds since 1970; `undefined` when none of this id is remembered. */
  expiryOf(id: string): number | undefined;
  add(id: string, expiresAt: number): Promise<void>;
  forget(id: string): Promise<void>;
  /** Forgets those whose time is long over. */
  sweep(now: number): Promise<void>;
}

/** Opens the folder. Ids are those of results: none comes from outside. */
export async function openGoneResults(folder: string, { max = MAX_REMEMBERED }: { max?: number } = {}): Promise<GoneResults> {
  await makePrivate(folder);
  const path = (id: string, expiresAt: number): string => join(folder, `${id}-${expiresAt / 1000}`);
  const entries = (await tidy(folder, /^([0-9a-f]{32})-(\d{1,12})$/)).map(([, id, seconds]) => [id!, Number(seconds) * 1000] as const);
  const expiries = new Map(entries.toSorted(([, a], [, b]) => a - b));

  const forget = async (id: string): Promise<void> => {
    const expiresAt = expiries.get(id);
    if (expiresAt === undefined) return;
    expiries.delete(id);
    await rm(path(id, expiresAt), { force: true });
  };
  return {
    expiryOf: (id) => expiries.get(id),
    forget,
    async add(id, expiresAt) {
      expiries.set(id, expiresAt);
      const [first] = expiries.keys();
      if (expiries.size > max) await forget(first!);
      try {
        await writeInto(folder, () => writeFile(path(id, expiresAt), '', { mode: 0o600 }));
      } catch (error) {
        if (!isDiskFull(error)) throw error; // remembered until the next start, then; what matters is that the image goes
      }
    },
    async sweep(now) {
      for (const [id, expiresAt] of expiries) if (expiresAt + REMEMBERED_MS <= now) await forget(id);
    },
  };
}
