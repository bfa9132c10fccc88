// Run by each line of Node: the built client against a real server, with every kind of input. Prints what arrived and
// ends by itself, which it only does when the client leaves nothing open.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createAilabClient } from '@slimface/core';

const photo = Buffer.from(process.argv[2], 'base64');
const arrived = [];

const server = createServer(async (request, response) => {
  if (request.method === 'GET') return response.end(photo);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': request.headers['content-type'] } }).formData();
  const image = form.get('image');
  arrived.push({
    degree: form.get('slim_degree'),
    name: image.name,
    type: image.type,
    same: Buffer.from(await image.arrayBuffer()).equals(photo),
    length: request.headers['content-length'] === String(Buffer.concat(chunks).byteLength),
  });
  response.end(JSON.stringify({ request_id: 'r', log_id: 'l', data: { image_url: `http://${request.headers.host}/result.jpg` } }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const inputs = {
  buffer: () => photo,
  uint8array: () => new Uint8Array(photo),
  arraybuffer: () => new Uint8Array(photo).buffer,
  blob: () => new Blob([photo]),
  file: () => new File([photo], 'a.txt', { type: 'text/plain' }),
  response: () => new Response(photo),
  nodeStream: () => Readable.from([photo.subarray(0, 100), photo.subarray(100)]),
  webStream: () => new Blob([photo]).stream(),
};

const client = createAilabClient({ baseUrl: `http://127.0.0.1:${server.address().port}`, apiKey: 'a-key-of-a-test' });
const results = {};
for (const [kind, make] of Object.entries(inputs)) {
  const slimmed = await client.slim(make(), { slimDegree: 0 });
  results[kind] = photo.equals(await slimmed.bytes());
}
const stop = new AbortController();
const aborted = client.slim(photo, { signal: stop.signal }).catch(({ code }) => code);
stop.abort();
results.aborted = await aborted;
await client.close();
server.close();
console.log(JSON.stringify({ node: process.version, arrived, results }));
