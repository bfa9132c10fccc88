import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@slimface/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { everyError, ownFields } from './errors/_every-error.ts';
import { picture } from './_images.ts';

const modules = { 'node:fs': fs, '@slimface/core': core };
const home = process.cwd();
let readme: string;
let folder: string;

beforeAll(async () => {
  readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'slimface-readme-'));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

describe('the example of the README', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  beforeEach(() => void log.mockClear());
  afterAll(() => log.mockRestore());

  /** Runs the text of the example, whose imports become look-ups in `modules`, and gives what it prints. */
  async function printed(photo: Uint8Array): Promise<unknown[][]> {
    await writeFile('portrait.jpg', photo);
    const examples = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1]!);
    expect(examples).toHaveLength(1);
    const code = examples[0]!.replace(/^import (\{.+\}) from ('.+?');$/gm, 'const $1 = modules[$2];');
    const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (imports: typeof modules) => Promise<void>;
    await new AsyncFunction('modules', code)(modules);
    return log.mock.calls;
  }

  it('describes a photo', async () => {
    const photo = await picture(200, 150).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await printed(photo)).toEqual([['image/jpeg, 200 x 150 px, orientation 6']]);
  });

  it('says what is wrong with a file that is none', async () => {
    const gif = await picture(200, 150).gif().toBuffer();
    expect(await printed(gif)).toEqual([['UNSUPPORTED_FORMAT: Expected an image of type image/jpeg or image/png but received image/gif']]);
    log.mockClear();
    expect(await printed(Buffer.alloc(core.apiRequirements.maxBytes + 1))).toEqual([['FILE_TOO_LARGE: Expected an image of at most 6291456 bytes but received more than that']]);
  });
});

describe('the table of errors in the README', () => {
  const cellsOf = (line: string) => line.split('|').slice(1, -1).map((cell) => cell.trim());
  const names = (cell: string) => [...cell.matchAll(/`(.+?)`/g)].map((match) => match[1]!);
  const rows = () =>
    readme
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map(cellsOf);

  it('lists each class once', () => {
    const listed = rows().map(([name]) => names(name!)[0]);
    expect(listed.sort()).toEqual(everyError.map(({ name }) => name).sort());
  });

  it.each(everyError)('tells the truth about $name', ({ name, errorClass, sample }) => {
    const [, code, fields, retryable, advice] = rows().find(([listed]) => listed === `\`${name}\``)!;
    expect(code).toBe(`\`${errorClass.code}\``);
    expect(names(fields!).sort()).toEqual(ownFields(sample).sort());
    expect(retryable).toBe(sample.full().retryable ? 'yes' : 'no');
    expect(advice).toMatch(/^[A-Z].+\.$/);
    for (const field of names(advice!)) expect([...Object.keys(sample.full()), 'cause', 'billed', 'requestId', 'logId']).toContain(field);
  });
});
