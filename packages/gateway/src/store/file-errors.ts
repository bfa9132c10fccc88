const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether a write failed because the disk, the user's share of it, or the size that files may have is used up. */
export function isDiskFull(error: unknown): boolean {
  return full.has(codeOf(error));
}

/** Whether a file, or the folder that it should be in, is not there. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** What `reading` gives; `undefined` when there is no such file. */
export async function orUndefinedWhenMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code);
}
