import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './child.mjs';

/** Takes away what was compiled from sources that are gone: the compiler leaves it, and a package would be packed with it. */
export function removeWhatHasNoSource() {
  for (const name of readdirSync(join(root, 'packages'))) {
    const [dist, src] = ['dist', 'src'].map((folder) => join(root, 'packages', name, folder));
    if (!existsSync(dist)) continue;
    for (const file of readdirSync(dist, { recursive: true })) {
      const source = file.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
      if (source !== file && !existsSync(join(src, source))) rmSync(join(dist, file));
    }
  }
}
