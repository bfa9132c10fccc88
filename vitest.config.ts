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
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
