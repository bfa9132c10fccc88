import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run, say } from './child.mjs';

/** Runs the gateway until it is told to stop, and says how to try it as soon as it is ready. */
export async function serve() {
  say('Starting the gateway');
  return run(process.execPath, [join('packages', 'gateway', 'dist', 'main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    server: true,
    // glibc gives each codec thread a heap of its own and keeps what it once held: two heaps hold far less.
    env: { MALLOC_ARENA_MAX: '2', ...process.env },
    onStart: (gateway) => {
      createInterface({ input: gateway.stdout }).on('line', (line) => {
        console.log(line);
        const endpoint = line.match(/ready at (http\S+)/)?.[1];
        if (endpoint) console.log(`\nTry it, with any photo of yours in place of ${samplePhoto}:\n\n${curlLine(endpoint)}\n\nCtrl-C stops it.`);
      });
    },
  });
}

const samplePhoto = 'fixtures/astronaut.png';

function curlLine(endpoint) {
  const query =
    'mutation ($image: Upload!) { slimFace(input: { image: $image, slimDegree: 1.0 }) { __typename ' +
    '... on SlimmedImage { url width height faces { slimDegree } } ... on SlimFaceError { code message } } }';
  const operations = JSON.stringify({ query, variables: { image: null } });
  const map = JSON.stringify({ 0: ['variables.image'] });
  return `curl ${endpoint} -H 'x-graphql-yoga-csrf: 1' -F operations='${operations}' -F map='${map}' -F 0=@${samplePhoto}`;
}
