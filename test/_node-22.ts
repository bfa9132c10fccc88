import { join } from 'node:path';
import { root } from './_run.ts';

/** A Node for hosts that need 22: this one, or the binary that an npm package brings for 64-bit Linux. */
export const node22: string =
  Number.parseInt(process.versions.node) >= 22 ? process.execPath : join(root, 'test/node-lines/node_modules/node-22/bin/node');
