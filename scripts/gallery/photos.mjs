import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const samples = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

/** The project's own portrait, and group photos of three to five people that come with a development dependency. */
export const ownPhotos = [
  { name: 'astronaut.png', path: fileURLToPath(new URL('../../fixtures/astronaut.png', import.meta.url)) },
  ...[1, 2, 3, 4, 5, 6].map((i) => ({ name: `sample${i}.jpg`, path: join(samples, `sample${i}.jpg`) })),
];

/**
 * The photos of a folder and its subfolders by name, or the one of a file; none where there is neither.
 * @param except a folder inside that is left out: an older gallery shows itself to nobody
 */
export async function listPhotos(path, except) {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return [];
  if (there.isFile()) return [{ name: basename(path), path }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(jpe?g|png|webp|avif|tiff?)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => relative(except, file).startsWith('..'))
    .sort()
    .map((file) => ({ name: relative(path, file), path: file }));
}
