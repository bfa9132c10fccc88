// Compiles the TypeScript in docs/recipes with the hosts' real types, and runs what can be run without the host.
// Usage: node test/recipes/compile.mjs [folder with recipes]   (the packages must have been built)
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { extract } from './extract.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const exec = promisify(execFile);

/** What users of the host have: Next resolves like a bundler, the others are for Node as it is. */
const hosts = { next: { module: 'preserve', moduleResolution: 'bundler', lib: ['es2023', 'dom'] } };

const recipes = resolve(process.argv[2] ?? join(root, 'docs/recipes'));
const names = (await readdir(recipes)).filter((name) => name.endsWith('.md')).sort();
const work = await mkdtemp(join(tmpdir(), 'slimface-recipes-'));
try {
  for (const name of names) {
    const complaint = await check(join(recipes, name), basename(name, '.md'));
    console.log(complaint === undefined ? `${name}: ok` : complaint);
    if (complaint !== undefined) process.exitCode = 1;
  }
} finally {
  await rm(work, { recursive: true, force: true });
}

/** What is wrong with a recipe, if anything is. */
async function check(recipe, host) {
  const folder = join(work, host);
  try {
    const files = await extract(recipe, folder);
    await symlink(join(here, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration(host, files)));
    const compiled = await exec(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'], { cwd: folder }).catch((error) => error);
    if (compiled instanceof Error) return inRecipe(compiled.stdout || compiled.message, files, relative(process.cwd(), recipe));
    await exec(process.execPath, [join(here, 'run.mjs'), host, folder], { timeout: 60_000 });
  } catch (error) {
    return `${basename(recipe)}: ${error.stderr || error.message}`;
  }
}

function configuration(host, files) {
  const compilerOptions = {
    target: 'es2023', lib: ['es2023'], module: 'nodenext', moduleResolution: 'nodenext', ...hosts[host],
    strict: true, skipLibCheck: true, noEmitOnError: true, outDir: 'out', rootDir: '.',
    types: ['node'], typeRoots: [join(root, 'node_modules/@types')],
    // Which hands on the types of the other, and brings all of Strapi.
    paths: { '@strapi/strapi': [join(here, 'node_modules/@strapi/types/dist/index.d.ts')] },
  };
  return { compilerOptions, files: [...files.keys()] };
}

/** The compiler's message with the place in the recipe for that in the file. */
function inRecipe(output, files, recipe) {
  return output.trim().replaceAll(/^(\S+?)\((\d+),(\d+)\)/gm, (whole, name, line, column) => (files.has(name) ? `${recipe}:${files.get(name) + Number(line)}:${column}` : whole));
}
