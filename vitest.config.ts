import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Packages resolve to each other's TypeScript source, so the tests need no build. All else resolves as Node does it:
// without 'module', which is for bundlers.
const conditions = ['@slimface/source', 'node', 'development|production', 'import', 'default'];
// Else graphql, which has no exports map, would be there twice: as Vite finds it for us, and as Node does for Yoga and Pothos.
const mainFile = { mainFields: [], extensions: ['.js', '.mjs', '.ts', '.json'] };

export default defineConfig({
  resolve: { conditions, ...mainFile },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // By default two cores would get one file at a time, most of which wait for servers and child processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
