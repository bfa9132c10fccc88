import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { SpanKind } from '@opentelemetry/api';
import { type AilabClient, createAilabClient } from '@slimface/core';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, guardHeader, multipart, post, query, type RunningGateway, slimFace, slimFaceDocument, startGateway } from '../_setup.ts';
import { scrape } from './_samples.ts';
import { ancestors, collectSpans } from './_spans.ts';

const key = 'a-key-of-the-gateway-0123456789';
const metricsKey = 'another-key-of-the-gateway-4567';
const wrongKey = 'a-key-that-nobody-knows-8901234';
const vendorKey = 'the-key-of-the-vendor-account-5678';
const fileName = 'holiday-at-the-lake.jpg';
const apiKey = (name: string, secret: string) => ({ name, sha256: createHash('sha256').update(secret).digest('hex') });
const withKey = { headers: { 'x-api-key': key } };

/** Our own twin of the vendor's API in the vendor's place. */
let vendor: RunningGateway;
let client: AilabClient;
let gateway: RunningGateway;
const lines: string[] = [];
const exporter = collectSpans();

beforeAll(async () => {
  vendor = await startGateway({ apiKeys: [apiKey('client', vendorKey)] });
  client = createAilabClient({ baseUrl: vendor.url, apiKey: vendorKey, maxRetries: 0 });
  const logger = pino(new Writable({ write: (line: Buffer, _encoding, done) => (lines.push(line.toString()), done()) }));
  gateway = await startGateway({ slimmer: client, apiKeys: [apiKey('shop', key), apiKey('prometheus', metricsKey)], logger });
});
afterAll(async () => {
  await gateway.stop();
  await client.close();
  await vendor.stop();
});

describe('a gateway in front of the vendor', () => {
  it('is watched from the call of its client to the call of the vendor, in one trace', async () => {
    const [traceId, parentId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const { body, headers } = await slimFace(gateway, fixture('astronaut.png'), {}, { headers: { 'x-api-key': key, traceparent: `00-${traceId}-${parentId}-01` } });
    expect(body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage', engine: 'ailab' });

    const requestId = headers.get('x-request-id');
    const ofTrace = () => exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    await expect.poll(() => ofTrace().map(({ name }) => name), { timeout: 20_000 }).toContain('POST /graphql');
    const spans = ofTrace();
    const request = spans.find(({ name }) => name === 'POST /graphql')!;
    expect(request).toMatchObject({
      kind: SpanKind.SERVER,
      parentSpanContext: { spanId: parentId, isRemote: true },
      attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200, 'slimface.request_id': requestId },
    });
    const around = (name: string): string[] => ancestors(spans.find((span) => span.name === name)!, spans);
    expect(around('slimface.attempt')).toEqual(['slimface.slim', 'slimface.stage.slim', 'slimface.slimFace', 'POST /graphql']);
    expect(around('slimface.stage.store')).toEqual(['slimface.slimFace', 'POST /graphql']);
    const line = lines.map((text) => JSON.parse(text)).find((fields) => fields.requestId === requestId && fields.msg === 'slimFace');
    expect(vendor.logged).toContainEqual({ message: 'rest', fields: expect.objectContaining({ requestId: line.upstreamRequestId, outcome: 'OK' }) });
  });

  it('counts what it did', async () => {
    const before = await scrape(gateway, { headers: { authorization: `Bearer ${metricsKey}` } });
    await slimFace(gateway, fixture('astronaut.png'), {}, withKey);
    await slimFace(gateway, fixture('no-face-coffee.png'), {}, withKey);
    await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 7 }, withKey);
    const after = await scrape(gateway, { headers: { authorization: `Bearer ${metricsKey}` } });
    const rise = (name: string): number => after.get(name)! - (before.get(name) ?? 0);

    expect(rise('slimface_operations_total{operation="slimFace",outcome="OK"}')).toBe(1);
    expect(rise('slimface_operations_total{operation="slimFace",outcome="NO_FACE"}')).toBe(1);
    expect(rise('slimface_operations_total{operation="slimFace",outcome="INVALID_SLIM_DEGREE"}')).toBe(1);
    expect(rise('slimface_operations_total{operation="slimFace",outcome="INTERNAL"}')).toBe(0);
    expect(rise('slimface_stage_seconds_count{stage="slim"}')).toBe(2);
    expect(rise('slimface_stage_seconds_count{stage="store"}')).toBe(1);
    expect(rise('slimface_http_requests_total{route="/graphql",status="200"}')).toBe(3);
    expect(rise('slimface_upload_bytes_total')).toBeGreaterThan(fixture('astronaut.png').byteLength + fixture('no-face-coffee.png').byteLength);
    expect(rise('slimface_store_bytes')).toBeGreaterThanOrEqual(0);
    expect(after.get('slimface_store_bytes')).toBeGreaterThan(100_000);
    expect(after.get('slimface_queue_depth{state="working"}')).toBe(0);
  });

  it('shows its figures to who has a key', async () => {
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/metrics`, { headers: { 'x-api-key': wrongKey } })).status).toBe(401);
    expect((await fetch(`${gateway.url}/metrics`, withKey)).status).toBe(200);
  });

  it('writes no key, signature, id of a result, name of a file or part of a photo into its log or its spans', async () => {
    lines.length = 0;
    const photo = fixture('astronaut.png');
    const { body } = await slimFace(gateway, photo, { slimDegree: 2 }, withKey);
    const result = new URL(body.data.slimFace.url);
    const signature = result.searchParams.get('signature')!;
    const nodeId: string = body.data.slimFace.id;
    const resultId = /([0-9a-f]{32})/.exec(result.pathname)![1]!;

    // Everything that can be done with a result, in the right and in the wrong way.
    const damaged = new URL(result);
    damaged.searchParams.set('signature', `${signature.slice(1)}x`);
    for (const url of [result, damaged, `${gateway.url}${result.pathname}`]) await fetch(url).then((response) => response.arrayBuffer());
    await query(gateway, 'query ($id: ID!) { node(id: $id) { id ... on SlimmedImage { url } } }', { id: nodeId });
    await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { ...withKey.headers, 'content-type': 'application/json' }, body: JSON.stringify({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: nodeId } }) });

    // Keys in all the places that there are for them, and in some that there are not.
    for (const secret of [key, wrongKey]) {
      for (const headers of [{ 'x-api-key': secret }, { authorization: `Bearer ${secret}` }, { 'ailabapi-api-key': secret }] as Record<string, string>[]) {
        await post(gateway, multipart({ query: '{ __typename }' }, {}, {}), { headers: { ...guardHeader, ...headers } });
        await fetch(`${gateway.url}/api/portrait/effects/smart-face-slimming?key=${secret}`, { method: 'POST', headers });
        await fetch(`${gateway.url}/nowhere/${secret}`, { headers });
      }
      await fetch(`${gateway.url}/graphql?query={${secret.replaceAll('-', '_')}}&key=${secret}`, { headers: { 'x-api-key': secret } });
    }

    // Photos that are refused here, by the vendor, and through the twin; and what is no photo at all.
    const named = new FormData();
    named.set('operations', JSON.stringify({ query: slimFaceDocument, variables: { input: { image: null } } }));
    named.set('map', JSON.stringify({ [fileName]: ['variables.input.image'] }));
    named.set(fileName, new Blob([new Uint8Array(photo.subarray(0, 5000))]), fileName);
    await post(gateway, named, withKey);
    await slimFace(gateway, fixture('no-face-coffee.png'), {}, withKey);
    const twin = new FormData();
    twin.set('image', new Blob([new Uint8Array(photo)]), fileName);
    twin.set('slim_degree', '1');
    await fetch(`${gateway.url}/api/portrait/effects/smart-face-slimming`, { method: 'POST', headers: { 'ailabapi-api-key': key }, body: twin }).then((response) => response.text());
    await post(gateway, multipart('{"query":', {}, {}), withKey);

    await expect.poll(() => lines.filter((line) => line.includes('"msg":"request"')).length, { timeout: 20_000 }).toBeGreaterThan(20);
    const log = lines.join('');
    expect(log).toContain('"key":"shop"');
    const signingKey = await readFile(join(gateway.dataDir, 'signing-key'));
    const secrets = {
      keys: [key, wrongKey, metricsKey, vendorKey, apiKey('', key).sha256, apiKey('', vendorKey).sha256, signingKey.toString('hex'), signingKey.toString('base64'), signingKey.toString('latin1')],
      results: [signature, signature.slice(0, 20), resultId, nodeId, '/results/'.concat(resultId)],
      photos: [photo.subarray(0, 12).toString('base64').slice(0, 12), photo.subarray(100, 160).toString('base64').slice(2, 40), photo.subarray(100, 130).toString('hex'), 'IHDR', '"type":"Buffer"'],
      files: [fileName, 'astronaut'],
    };
    const spans = exporter.getFinishedSpans().map(({ name, attributes, status, events }) => JSON.stringify({ name, attributes, status, events })).join('\n');
    for (const [kind, values] of Object.entries(secrets)) {
      for (const value of values) {
        expect(value).toMatch(/./s);
        expect(log.includes(value), `the log has something of ${kind}`).toBe(false);
        expect(spans.includes(value), `a span has something of ${kind}`).toBe(false);
      }
    }
  });
});
