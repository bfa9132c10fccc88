import { readFileSync } from 'node:fs';
import { z } from 'zod';

// What a value may be. A message that is no sentence goes on from "Expected <name> to be" and is followed by the value;
// one that begins with "Expected" stands alone, which secrets need.

/** Digits only: `1e3` and `40.5` are more likely a mistake than a wish. */
export const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, `a whole number from ${min} to ${max}`)
    .transform(Number);

/** Whole mebibytes, read as bytes. */
export const megabytes = ({ min }: { min: number }): z.ZodType<number, string> => wholeNumber(min, 100_000_000).transform((mebibytes) => mebibytes * 2 ** 20);

/** `0` or `1`, or the words for them. */
export const flag: z.ZodType<boolean, string> = z.enum(['0', '1', 'false', 'true'], '0 or 1').transform((text) => text === '1' || text === 'true');

/** An address that a path can be put behind. */
export const httpUrl: z.ZodType<string, string> = z
  .string()
  .refine((text) => !text.includes('@'), { message: 'Expected a URL without a name and password in it but received one with them', abort: true })
  .refine((text) => /^https?:\/\/[^?#]+$/.test(text) && URL.canParse(text), 'an http or https URL without a query');

/** One key, or whatever goes into a header as it is. */
export const secret: z.ZodType<string, string> = z
  .string()
  .refine((text) => /^[\x21-\x7e]{1,1024}$/.test(text), 'Expected 1 to 1024 visible ASCII characters but received others, or more of them');

/** Text that `read` makes something of; the error that it throws must not show what it should not. */
export const readBy = <T>(read: (text: string) => T): z.ZodType<T, string> =>
  z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue((error as Error).message);
      return z.NEVER;
    }
  });

/** The path of a file that `read` makes something of. The path is not shown: somebody may have put there what belongs into the file. */
export const fileReadBy = <T>(read: (text: string) => T): z.ZodType<T, string> => readBy((path) => read(readFile(path)));

/** Entries between commas, of which none is empty. */
export const listReadBy = <T>(read: (entries: readonly string[]) => T): z.ZodType<T, string> => readBy((text) => read(text.split(',').map((entry) => entry.trim())));

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`Expected the path of a file that this user may read but received one that cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}
