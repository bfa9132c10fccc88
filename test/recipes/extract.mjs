import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes the TypeScript of a recipe to files: each block of kind `ts`, whose first line is a comment with the file's name.
 *
 * @returns {Promise<Map<string, number>>} line of the recipe before the first of each file, by the file's name
 */
export async function extract(recipe, folder) {
  const lines = (await readFile(recipe, 'utf8')).split('\n');
  const files = new Map();
  for (let i = 0; i < lines.length; i++) {
    if (!lines[i].startsWith('```ts')) continue;
    const end = lines.indexOf('```', i);
    const [, name] = /^\/\/ (\S+\.c?ts)$/.exec(lines[i + 1]) ?? [];
    if (end === -1 || name === undefined) throw new Error(`${recipe}:${i + 1}: Expected a block that ends and begins with the name of its file but received ${JSON.stringify(lines[i + 1])}`);
    if (files.has(name)) throw new Error(`${recipe}:${i + 1}: Expected ${name} once but received it again`);
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), lines.slice(i + 1, end).join('\n'));
    files.set(name, i + 1);
    i = end;
  }
  if (files.size === 0) throw new Error(`${recipe}: Expected a block of kind ts but received none`);
  return files;
}
