// npm run test:load: 200 uploads of 6 MB at the same time, and in every fifth the client vanishes half-way. Whoever is told
// BUSY waits and comes again, as the answer says. In the end every other photo has its answer, and the gateway holds
// nothing of them but the results: no bytes, no handles, no files. Takes some minutes.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { Agent, request } from 'undici';
import { startGateway, until } from './gateway.mjs';

const uploads = 200;
const photo = await makePhoto();
const boundary = '----formdata-of-the-load-test-0123456789';
const operations = JSON.stringify({
  query: 'mutation ($image: Upload!) { slimFace(input: { image: $image }) { __typename ... on SlimmedImage { id byteSize } ... on SlimFaceError { code message } ... on BusyError { retryAfter } } }',
  variables: { image: null },
});
const body = Buffer.concat([
  Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${operations}\r\n`),
  Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="map"\r\n\r\n{"0":["variables.image"]}\r\n`),
  Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="0"; filename="photo.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`),
  photo,
  Buffer.from(`\r\n--${boundary}--\r\n`),
]);
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-graphql-yoga-csrf': '1' };

const gateway = await startGateway({ SLIMFACE_DRAIN_SECONDS: '60' });
const agent = new Agent({ connections: uploads, headersTimeout: 0, bodyTimeout: 0 });
await slim(); // so that everything is loaded once
const before = await restingFigures();
console.log(`${uploads} uploads of ${(photo.byteLength / 1e6).toFixed(1)} MB; at rest the gateway has ${before.openFiles} open files and ${mb(before.bytes)} MB beside its heap`);

const started = performance.now();
let tries = 0;
let peak = 0;
const watch = setInterval(() => void gateway.metrics().then((figures) => (peak = Math.max(peak, figures.process_resident_memory_bytes))), 500);
const answers = await Promise.all(Array.from({ length: uploads }, (_, number) => (number % 5 === 0 ? vanish() : slimUntilAnswered())));
clearInterval(watch);
const slimmed = answers.filter((answer) => answer?.__typename === 'SlimmedImage');
console.log(`${slimmed.length} slimmed after ${tries} tries in ${((performance.now() - started) / 1000).toFixed(0)} s, ${uploads / 5} vanished; at most ${mb(peak)} MB resident`);
assert.equal(slimmed.length, uploads - uploads / 5);
assert.equal(new Set(slimmed.map(({ id }) => id)).size, slimmed.length);

await agent.close(); // connections that clients keep are theirs
let after;
await until('the gateway to hold nothing but the results', async () => {
  after = await restingFigures();
  return after.depth === 0 && after.openFiles <= before.openFiles && after.bytes < before.bytes + 2 * photo.byteLength;
});
console.log(`afterwards ${after.openFiles} open files, ${mb(after.bytes)} MB beside the heap, ${after.depth} photos inside`);
const files = await readdir(join(gateway.dataDir, 'results'), { recursive: true });
assert.deepEqual(files.filter((name) => name.endsWith('.part')), [], 'files half written');
assert.equal(files.filter((name) => /records.*\.json$/.test(name)).length, slimmed.length + 1);
assert.equal((gateway.log().match(/"level":50/g) ?? []).length, 0, gateway.log().split('\n').filter((line) => line.includes('"level":50')).slice(0, 3).join('\n'));
assert.equal(await gateway.stop(), 0);
console.log('Nothing leaked, everybody was answered.');

async function slim() {
  const answer = await request(`${gateway.url}/graphql`, { method: 'POST', headers, body, dispatcher: agent });
  const text = await answer.body.text();
  assert.equal(answer.statusCode, 200, text);
  return JSON.parse(text).data.slimFace;
}

async function slimUntilAnswered() {
  for (;;) {
    tries++;
    const answer = await slim();
    if (answer.code !== 'BUSY') return answer;
    await sleep(answer.retryAfter * 1000 * (0.5 + Math.random()));
  }
}

/** Sends one half and is gone. */
async function vanish() {
  await sleep(Math.random() * 10_000);
  const socket = connect(gateway.port, '127.0.0.1').on('error', () => {});
  const head = Object.entries({ host: 'gateway', 'content-length': body.byteLength, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /graphql HTTP/1.1\r\n${head.join('')}\r\n`);
  socket.write(body.subarray(0, body.byteLength / 2));
  await sleep(200);
  socket.destroy();
  return undefined;
}

async function restingFigures() {
  const figures = await gateway.metrics();
  return {
    openFiles: (await readdir(`/proc/${gateway.pid}/fd`)).length,
    bytes: figures.nodejs_external_memory_bytes,
    depth: figures['slimface_queue_depth{state="working"}'] + figures['slimface_queue_depth{state="waiting"}'],
  };
}

/** The portrait, large and with grain, a little under 6 MB as JPEG. */
async function makePhoto() {
  const side = 2400;
  const grain = { create: { width: side, height: side, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 25 } } };
  const portrait = sharp(new URL('../../fixtures/astronaut.png', import.meta.url).pathname).resize(side);
  const grainy = await portrait.composite([{ input: await sharp(grain).png().toBuffer(), blend: 'soft-light' }]).png({ compressionLevel: 0 }).toBuffer();
  for (let quality = 100; ; quality--) {
    const jpeg = await sharp(grainy).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
    if (jpeg.byteLength < 6e6) return jpeg;
  }
}

function mb(bytes) {
  return Math.round(bytes / 1e6);
}
