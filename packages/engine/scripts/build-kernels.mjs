// Compiles assembly/ to wasm and writes it, base64 in a TypeScript module, to src/kernels/wasm-bytes.ts.
// Does nothing when that file was made from the same sources by the same compiler.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'assembly');
const output = join(root, 'src/kernels/wasm-bytes.ts');
const flags = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '1'];

const compiler = createRequire(import.meta.url)('assemblyscript/package.json').version;
const hash = createHash('sha256').update(JSON.stringify([compiler, flags]));
for (const file of readdirSync(sources).sort()) hash.update(readFileSync(join(sources, file)));
const header = `// Made by scripts/build-kernels.mjs from assembly/, ${hash.digest('hex').slice(0, 16)}. Do not edit.\n`;

if (!existingOutput().startsWith(header)) {
  const asc = await import('assemblyscript/asc');
  const { error, stderr, binary } = await compile(asc);
  if (error) {
    process.stderr.write(`${stderr}\n${error.message}\n`);
    process.exit(1);
  }
  const base64 = Buffer.from(binary).toString('base64');
  writeFileSync(output, `${header}export const wasmBase64: string =\n  '${base64}';\n`);
  console.log(`engine: kernels compiled (${binary.length} bytes of wasm)`);
}

function existingOutput() {
  try {
    return readFileSync(output, 'utf8');
  } catch {
    return '';
  }
}

async function compile(asc) {
  let binary;
  const writeFile = (_name, contents) => {
    binary = contents;
  };
  const result = await asc.main(['kernels.ts', '--baseDir', sources, '--outFile', 'kernels.wasm', ...flags], { writeFile });
  return { error: result.error, stderr: result.stderr.toString(), binary };
}
