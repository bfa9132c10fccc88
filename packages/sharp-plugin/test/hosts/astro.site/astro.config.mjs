import { defineConfig } from 'astro/config';

export default defineConfig({
  cacheDir: process.env.TEST_CACHE_DIR,
  image: { service: { entrypoint: './src/image-service.mjs' } },
  vite: { cacheDir: `${process.env.TEST_CACHE_DIR}/vite` },
  devToolbar: { enabled: false },
});
