// Tests and examples bring hosts that need Node 22 and run them on a Node 22 of their own. Everything else must accept
// Node 20, and an install on it proves that (engineStrict); so these are named one by one.
const forNode22 = [
  '@11ty/eleventy-img@7', 'astro@7', '@astrojs/compiler-rs@0', '@astrojs/prism@4', 'cookie@2', 'imagetools-core@12', 'strip-json-comments@5', 'undici@8', 'vite-imagetools@12',
  // Types for recipes.
  '@sanity/client@8', 'eventsource@5', 'eventsource-parser@4', 'get-it@9', 'preferred-pm@5', 'which-pm@4',
];

function readPackage(manifest) {
  const [major] = (manifest.version ?? '').split('.');
  if (forNode22.includes(`${manifest.name}@${major}`)) delete manifest.engines;
  return manifest;
}

module.exports = { hooks: { readPackage } };
