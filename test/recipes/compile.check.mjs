// Whether compile.mjs sees what is wrong with a recipe. Not a test of vitest's: it needs the hosts of recipes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'slimface-compile-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function compile(recipe) {
  const recipes = mkdtempSync(join(folder, 'docs-'));
  writeFileSync(join(recipes, 'sanity-like.md'), recipe);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/recipes/compile.mjs', recipes], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const recipe = (line) => `# A host

\`\`\`ts
// upload.ts
import type { SanityClient } from '@sanity/client';

export const upload = (client: SanityClient, bytes: Buffer) =>
  ${line}
\`\`\`
`;

test('accepts what the host accepts', () => {
  assert.deepEqual(compile(recipe("client.assets.upload('image', bytes);")), { status: 0, stdout: 'sanity-like.md: ok\n', stderr: '' });
});

test('names the line of the recipe that has a wrong type', () => {
  const { status, stdout } = compile(recipe("client.assets.upload('photo', bytes);"));
  assert.equal(status, 1);
  assert.match(stdout, /sanity-like\.md:8:\d+: error TS2769/);
});

test('takes no block without the name of a file, and no recipe without a block', () => {
  const nameless = compile('```ts\nexport {};\n```\n');
  assert.equal(nameless.status, 1);
  assert.match(nameless.stdout, /sanity-like\.md:1: Expected a block that ends and begins with the name of its file/);
  const empty = compile('# A host\n');
  assert.equal(empty.status, 1);
  assert.match(empty.stdout, /Expected a block of kind ts but received none/);
});
