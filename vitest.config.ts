import { defineConfig } from 'vitest/config';

// Packages resolve to each other's TypeScript source, so the tests need no build. All else resolves as Node does it:
// without 'module', which is for bundlers.
const conditions = ['@slimface/source', 'node', 'development|production', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
