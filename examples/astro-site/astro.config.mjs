import { defineConfig } from 'astro/config';

export default defineConfig({
  image: { service: { entrypoint: './src/image-service.ts' } },
  // The engine loads models from its own folder, so it must stay a package. Installed packages do; this line is for one
  // that is linked, as in the repository of this example.
  vite: { environments: { prerender: { resolve: { external: ['@slimface/engine'] } } } },
});
