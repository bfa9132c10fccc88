// Requests as they go over the wire, also such as no HTTP client would send. Each is { name, chunks, statuses, says, withinMs }:
// what to write, the statuses that it may get, what the answer must say, and within how many ms.
import { deflateSync } from 'node:zlib';

export const boundary = '----a-boundary-as-long-as-a-browser-makes-it';

/** Slims the photo of the variable `image`. */
export const slimDocument = 'mutation ($image: Upload!) { slimFace(input: { image: $image }) { __typename ... on SlimmedImage { url } ... on SlimFaceError { code message } } }';

export const restFileStart = `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="photo.jpg"\r\n\r\n`;

function request(name, chunks, statuses, says, withinMs = 1000) {
  return { name, chunks, statuses: [statuses].flat(), says, withinMs };
}

function head(method, path, headers) {
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function posted(name, path, body, headers, statuses, says, withinMs) {
  const bytes = Buffer.from(body);
  return request(name, async function* () {
    yield head('POST', path, { 'content-length': bytes.byteLength, ...headers });
    for (let i = 0; i < bytes.byteLength; i += 65_536) yield bytes.subarray(i, i + 65_536);
  }, statuses, says, withinMs);
}

const formHeaders = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-graphql-yoga-csrf': '1', 'ailabapi-api-key': 'none' };

export function part(name, body) {
  return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`;
}

function file(name, bytes) {
  return Buffer.concat([`--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="photo.jpg"\r\n\r\n`, bytes, '\r\n'].map((piece) => Buffer.from(piece)));
}

export function restFile(bytes) {
  return file('image', bytes);
}

/** Everything of an upload up to the first byte of its photo. */
export function fileStart(document) {
  return `${part('operations', JSON.stringify({ query: document, variables: { image: null } }))}${part('map', '{"0":["variables.image"]}')}--${boundary}\r\ncontent-disposition: form-data; name="0"; filename="photo.jpg"\r\n\r\n`;
}

export function raw(name, parts, statuses, says, headers = {}, { end = `--${boundary}--\r\n`, path = '/graphql' } = {}) {
  return posted(name, path, Buffer.concat([...parts, end].map((text) => Buffer.from(text))), { ...formHeaders, ...headers }, statuses, says);
}

export function multipart(name, { operations, map, files = Object.keys(map).slice(0, 3) }, statuses, says) {
  const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  return raw(name, [part('operations', text(operations)), part('map', text(map)), ...files.map((key) => file(key, 'no photo'))], statuses, says);
}

export function photoRequest(name, bytes, says) {
  return raw(name, [part('operations', JSON.stringify({ query: slimDocument, variables: { image: null } })), part('map', '{"0":["variables.image"]}'), file('0', bytes)], 200, says);
}

export function rest(name, parts, statuses, says) {
  return raw(name, parts, statuses, says, {}, { path: '/api/portrait/effects/smart-face-slimming' });
}

export function declared(name, length, statuses, says) {
  return request(name, async function* () {
    yield head('POST', '/graphql', { ...formHeaders, 'content-length': length });
  }, statuses, says);
}

export function endless(name, path, start, statuses, says) {
  return request(name, async function* () {
    yield head('POST', path, { ...formHeaders, 'transfer-encoding': 'chunked' });
    yield `${Buffer.byteLength(start).toString(16)}\r\n${start}\r\n`;
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    for (let sent = 0; sent < 4e9; sent += 65_536) yield chunk;
  }, statuses, says);
}

export function slow(name, path, start, statuses, says) {
  return request(name, async function* () {
    yield head('POST', path, { ...formHeaders, 'content-length': 100_000 });
    yield start;
  }, statuses, says, 1500); // half a second of silence is what the gateway was told to bear
}

export function json(name, body, statuses, says) {
  return posted(name, '/graphql', body, { 'content-type': 'application/json' }, statuses, says);
}

export function query(name, document, statuses, says = /errors/) {
  return json(name, JSON.stringify({ query: document }), [statuses, 400, 413].flat(), says);
}

export function get(name, path, statuses, says, headers = {}) {
  return request(name, async function* () {
    yield head('GET', path, headers);
  }, statuses, says);
}

export function lines(name, all, statuses, says) {
  return request(name, async function* () {
    yield `${all.join('\r\n')}\r\n\r\n`;
  }, statuses, says);
}

/** A PNG with one IDAT chunk, whatever is in it. */
export function png(width, height, idat) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8 + data.byteLength + 4);
    out.writeUInt32BE(data.byteLength, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), 4 + body.byteLength);
    return out;
  };
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', ihdr), chunk('IDAT', idat.byteLength === 0 ? idat : deflateSync(idat)), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}
