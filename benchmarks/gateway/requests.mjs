import { Pool } from 'undici';
import { apiKey } from './servers/slimface.mjs';

// As long as what Chromium and Firefox make up: the longer a boundary is, the faster busboy finds it.
const boundary = '----WebKitFormBoundaryzuW5nPZQFQCwQtg4';

const slimFace = /* GraphQL */ `
  mutation ($input: SlimFaceInput!) {
    slimFace(input: $input) { __typename ... on SlimmedImage { id url width height byteSize } ... on SlimFaceError { code message retryable } }
  }
`;
const upload = 'mutation ($input: Upload!) { upload(image: $input) { byteSize } }';

/** What the server is asked, and what its answer must hold. */
export function requestFor(server, photo) {
  const ours = server.startsWith('slimface');
  const body = multipart(ours ? slimFace : upload, ours ? { input: { image: null } } : { input: null }, ours ? 'variables.input.image' : 'variables.input', photo);
  const expected = { slimface: '"NoFaceError"', 'slimface, stored': '"SlimmedImage"' }[server] ?? `"byteSize":${photo.length}`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-api-key': apiKey, 'apollo-require-preflight': '1' };
  return { body, headers, expected };
}

function multipart(query, variables, path, photo) {
  const field = (name, value) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="0"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  return Buffer.concat([Buffer.from(field('operations', { query, variables }) + field('map', { 0: [path] }) + file), photo, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** Sends one request after the other on each of `connections` for `seconds`; resolves with the time that each took. */
export async function load(port, { body, headers, expected }, { connections, seconds }) {
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const times = [];
  const start = performance.now();
  const connection = async () => {
    while (performance.now() - start < seconds * 1000) {
      const begin = performance.now();
      const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes(expected)) throw new Error(`${origin} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
      times.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const wall = (performance.now() - start) / 1000;
  await pool.close();
  return { times: times.sort((a, b) => a - b), requestsPerSecond: times.length / wall };
}
