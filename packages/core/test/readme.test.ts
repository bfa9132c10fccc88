import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as fs from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@slimface/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { everyError, ownFields } from './errors/_every-error.ts';
import { startFakeApi, type FakeApi } from './ailab/_fake-api/fake-api.ts';
import { refusal } from './ailab/_fake-api/envelopes.ts';
import { serve } from './ailab/_fake-api/results.ts';
import { picture } from './_images.ts';

const modules: Record<string, object> = { 'node:fs': fs, 'node:fs/promises': fsPromises, '@slimface/core': core };
const home = process.cwd();
const log = vi.spyOn(console, 'log').mockReturnValue();
let readme: string;
let folder: string;

beforeAll(async () => {
  readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'slimface-readme-'));
  process.chdir(folder);
});
beforeEach(() => void log.mockClear());
afterAll(async () => {
  log.mockRestore();
  process.chdir(home);
  await rm(folder, { recursive: true });
});

/** Runs the text of the example under a heading, whose imports become look-ups in `modules`, and gives what it prints. */
async function printedBy(heading: string, photo: Uint8Array, changes: Record<string, object> = {}): Promise<unknown[][]> {
  await writeFile('portrait.jpg', photo);
  const [example, ...more] = [...readme.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!.matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1]!);
  expect(more).toEqual([]);
  const code = example!.replace(/^import (\{.+\}) from ('.+?');$/gm, 'const $1 = modules[$2];');
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (imports: typeof modules) => Promise<void>;
  await new AsyncFunction('modules', code)({ ...modules, ...changes });
  return log.mock.calls;
}

describe('the example of the client', () => {
  let api: FakeApi;
  beforeAll(async () => void (api = await startFakeApi()));
  afterAll(() => api.close());

  // The one thing that is changed about the example: whom it talks to.
  const withApi = () => ({ '@slimface/core': { ...core, createAilabClient: () => core.createAilabClient({ baseUrl: api.origin, apiKey: 'key-of-a-test' }) } });

  it('saves a slimmed photo', async () => {
    const slimmed = await picture(200, 150).jpeg({ quality: 50 }).toBuffer();
    api.downloads.always(serve(slimmed));
    const printed = await printedBy('The client', await picture(200, 150).jpeg().toBuffer(), withApi());
    expect(printed).toEqual([[expect.stringMatching(/^200 x 150 px, kept until 20\d\d-.+Z$/)]]);
    expect(await readFile('slimmed.jpg')).toEqual(slimmed);
    expect(api.paid).toHaveLength(1);
  });

  it('says what to do about a refusal', async () => {
    api.calls.next(refusal('G2', { code: 'ERROR_NO_FACE_IN_FILE', status: 422 }));
    const printed = await printedBy('The client', await picture(200, 150).jpeg().toBuffer(), withApi());
    expect(printed).toEqual([[`NO_FACE, billed: no. ${core.ailabErrorCodes.ERROR_NO_FACE_IN_FILE.advice}`]]);
  });
});

describe('the example about images', () => {
  const heading = 'Before an image is decoded';

  it('describes a photo', async () => {
    const photo = await picture(200, 150).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await printedBy(heading, photo)).toEqual([['image/jpeg, 200 x 150 px, orientation 6']]);
  });

  it('says what is wrong with a file that is none', async () => {
    const gif = await picture(200, 150).gif().toBuffer();
    expect(await printedBy(heading, gif)).toEqual([['UNSUPPORTED_FORMAT: Expected an image of type image/jpeg or image/png but received image/gif']]);
    log.mockClear();
    const tooLarge = Buffer.alloc(core.apiRequirements.maxBytes + 1);
    expect(await printedBy(heading, tooLarge)).toEqual([['FILE_TOO_LARGE: Expected an image of at most 6291456 bytes but received more than that']]);
  });
});

describe('the table of options in the README', () => {
  it('lists every option with the default that its type documents', async () => {
    const source = await readFile(new URL('../src/ailab/client-options.ts', import.meta.url), 'utf8');
    const documented = [...source.matchAll(/\/\*\*((?:(?!\*\/).)*?)\*\/\s+readonly (\w+)\?/gs)].map(([, comment, name]) => [name!, /@default (.+)/.exec(comment!)?.[1]!.trim()]);
    const rows = readme.split('\n').filter((line) => /^\| `[a-z]\w+`/.test(line)).map((line) => line.split('|').slice(1, 3).map((cell) => cell.trim()));
    const listed = rows.flatMap(([names, value]) => [...names!.matchAll(/`(\w+)`/g)].map((match) => [match[1]!, value!] as const));
    expect(listed.map(([name]) => name).sort()).toEqual(documented.map(([name]) => name).sort());
    for (const [name, value] of listed) {
      const expected = documented.find(([other]) => other === name)![1];
      // Where the default is no value, the table puts it shorter.
      if (value.startsWith('`') && name !== 'apiKey') expect(value, name).toBe(`\`${expected}\``);
      else expect(expected === undefined, name).toBe(value === '');
    }
  });
});

describe('the table of errors in the README', () => {
  const cellsOf = (line: string) => line.split('|').slice(1, -1).map((cell) => cell.trim());
  const names = (cell: string) => [...cell.matchAll(/`(.+?)`/g)].map((match) => match[1]!);
  const rows = () =>
    readme
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.includes('Error`'))
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
