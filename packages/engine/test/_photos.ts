import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures');
const samples = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

/** The project's own portrait: one near-frontal face of about 94 x 107 px in 512 x 512. */
export const portrait: string = join(fixtures, 'astronaut.png');

/** Group photos of 1920 px with 3, 3, 3, 4, 5 and 4 faces. */
export const groups: readonly { readonly path: string; readonly faces: number }[] = [3, 3, 3, 4, 5, 4].map((faces, i) => ({
  path: join(samples, `sample${i + 1}.jpg`),
  faces,
}));

/** Photos without a person. They are not part of the repository: scripts/fetch-test-photos.sh brings them, and tests skip without them. */
export const faceless: readonly string[] = ['no-face-chelsea.png', 'no-face-coffee.png', 'no-face-rocket.jpg'];

export function fixture(name: string): string {
  return join(fixtures, name);
}
