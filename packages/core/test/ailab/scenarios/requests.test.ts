import { Readable } from 'node:stream';
import type { ImageInput } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { picture } from '../../_images.ts';
import { piecesOf, webStream } from '../../_streams.ts';
import { apiKey, startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { jpeg, png } from './_portraits.ts';

/** A picture of one colour, which is made faster than one with detail. */
function plain(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: 'teal' } });
}

describe('the request', () => {
  it('is a POST of the degree and the image to the address of the API, with the key', async () => {
    const { api, run, slim } = await startScenario();
    expect((await run(slim)).seen).toEqual(succeeded());
    const { method, path, headers, parts, complete, body } = api.paid[0]!;
    expect({ method, path, complete, key: headers['ailabapi-api-key'] }).toEqual({ method: 'POST', path: '/api/portrait/effects/smart-face-slimming', complete: true, key: apiKey });
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(parts.map(({ name }) => name)).toEqual(['slim_degree', 'image']);
  });

  it.each([
    [undefined, '1'],
    [0, '0'],
    [0.5, '0.5'],
    [1.25, '1.25'],
    [2, '2'],
  ])('sends the degree as it is, neither scaled nor turned round, and 0 too: %s', async (slimDegree, sent) => {
    const { api, run, slim } = await startScenario();
    const { seen, value } = await run(() => slim(slimDegree === undefined ? {} : { slimDegree }));
    expect(seen).toEqual(succeeded());
    expect(value).toHaveProperty('slimDegree', slimDegree ?? 1);
    expect(api.paid[0]!.parts[0]!.bytes.toString()).toBe(sent);
  });

  it.each([1e-7, 0.1 + 0.2, 5e-324])('writes a degree as %s in digits', async (slimDegree) => {
    const { api, run, slim } = await startScenario();
    await run(() => slim({ slimDegree }));
    const sent = api.paid[0]!.parts[0]!.bytes.toString();
    expect(sent).toMatch(/^\d+(\.\d+)?$/);
    expect(Number(sent)).toBeCloseTo(slimDegree, 12);
  });

  it.each([Number.NaN, -0.1, 2.1, Number.POSITIVE_INFINITY, '1', null])('is not made for a degree of %s', async (slimDegree) => {
    const { run, slim } = await startScenario();
    expect((await run(() => slim({ slimDegree: slimDegree as number }))).seen).toEqual(failed('INVALID_SLIM_DEGREE', { paidCalls: 0 }));
  });

  it('goes below the path of a gateway', async () => {
    const { api, client, run } = await startScenario();
    await run(() => client.with({ baseUrl: `${api.origin}/slimface/` }).slim(jpeg));
    expect(api.paid.map(({ path }) => path)).toEqual(['/slimface/api/portrait/effects/smart-face-slimming']);
  });
});

describe('the part of the image', () => {
  const forms: Record<string, (bytes: Buffer) => ImageInput> = {
    'a Buffer': (bytes) => bytes,
    'a Uint8Array': (bytes) => new Uint8Array(bytes),
    'an ArrayBuffer': (bytes) => new Uint8Array(bytes).buffer,
    'a Blob of another type': (bytes) => new Blob([new Uint8Array(bytes)], { type: 'text/plain' }),
    'a File with another name': (bytes) => new File([new Uint8Array(bytes)], '../../x.gif', { type: 'image/gif' }),
    'a Response of another type': (bytes) => new Response(new Uint8Array(bytes), { headers: { 'content-type': 'text/html' } }),
    'a Node stream': (bytes) => Readable.from(piecesOf(bytes)),
    'a web stream': (bytes) => webStream(piecesOf(bytes)),
  };
  const formats = [
    ['JPEG', jpeg, 'image/jpeg', /^[\w.-]+\.jpe?g$/],
    ['PNG', png, 'image/png', /^[\w.-]+\.png$/],
  ] as const;

  it.each(Object.entries(forms).flatMap(([form, from]) => formats.map(([format, ...rest]) => [format, form, from, ...rest] as const)))(
    'has the bytes of a %s in %s, and the name and type that they have',
    async (_, __, from, bytes, type, filename) => {
      const { api, run, slim } = await startScenario();
      expect((await run(() => slim({ image: from(bytes) }))).seen).toEqual(succeeded());
      const part = api.paid[0]!.parts[1]!;
      expect(part).toMatchObject({ name: 'image', type, filename: expect.stringMatching(filename) });
      expect(part.bytes.equals(bytes)).toBe(true);
    },
  );
});

describe('a source that was never begun', () => {
  it('stays open after an option was refused, for a second call', async () => {
    const { api, client, run } = await startScenario();
    const { seen } = await run(async () => {
      const stream = Readable.from([jpeg]);
      await expect(client.slim(stream, { slimDegree: 3 })).rejects.toMatchObject({ code: 'INVALID_SLIM_DEGREE' });
      return client.slim(stream);
    });
    expect(seen).toEqual(succeeded());
    expect(api.paid[0]!.parts[1]!.bytes.equals(jpeg)).toBe(true);
  });
});

describe('an image that the API would refuse', () => {
  const nothingPaid = { paidCalls: 0 };
  it.each([
    ['a WebP', () => picture(200, 150).webp().toBuffer(), failed('UNSUPPORTED_FORMAT', nothingPaid)],
    ['a GIF', () => picture(200, 150).gif().toBuffer(), failed('UNSUPPORTED_FORMAT', nothingPaid)],
    ['a BMP', async () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(200)]), failed('UNSUPPORTED_FORMAT', nothingPaid)],
    ['text', async () => Buffer.from('no image at all'), failed('UNSUPPORTED_FORMAT', nothingPaid)],
    ['nothing', async () => Buffer.alloc(0), failed('UNREADABLE_IMAGE', nothingPaid)],
    ['the head of a JPEG', async () => jpeg.subarray(0, 20), failed('UNREADABLE_IMAGE', nothingPaid)],
    ['a side of 127 px', () => picture(127, 200).png().toBuffer(), failed('RESOLUTION_OUT_OF_RANGE', nothingPaid)],
    ['a side of 5001 px', () => plain(5001, 128).png().toBuffer(), failed('RESOLUTION_OUT_OF_RANGE', nothingPaid)],
    ['6 MiB and a byte', async () => Buffer.concat([jpeg, Buffer.alloc(6 * 2 ** 20 + 1 - jpeg.length)]), failed('FILE_TOO_LARGE', nothingPaid)],
  ] as const)('is not sent: %s', async (_, make, expected) => {
    const image = await make();
    const { api, run, slim } = await startScenario();
    const { seen, error } = await run(() => slim({ image }));
    expect(seen).toEqual(expected);
    if (seen.code === 'UNSUPPORTED_FORMAT') expect(error!.message).toContain('image/jpeg or image/png');
    expect(api.connections).toBe(0);
  });

  it('is not sent beyond 64 MiB, check or no check', async () => {
    const { run, slim } = await startScenario({ preflight: false });
    const { seen, error } = await run(() => slim({ image: Buffer.alloc(64 * 2 ** 20 + 1) }));
    expect(seen).toEqual(failed('FILE_TOO_LARGE', nothingPaid));
    expect(error).toMatchObject({ maxBytes: 64 * 2 ** 20 });
  });

  it('is sent as it is when nobody wants the check', async () => {
    const webp = await picture(200, 150).webp().toBuffer();
    const { api, run, slim } = await startScenario();
    const { seen, value } = await run(() => slim({ image: webp, preflight: false }));
    expect(seen).toEqual(succeeded());
    expect(value).toMatchObject({ mediaType: 'image/jpeg', width: 0, height: 0 }); // a result is a JPEG or PNG: which, and how large, its bytes will say
    expect(api.paid[0]!.parts[1]!.bytes.equals(webp)).toBe(true);
    expect(api.paid[0]!.parts[1]!.type).not.toMatch(/jpeg|png/);
  });

  it.each([
    ['sides of 128 px', () => picture(128, 128).png().toBuffer()],
    ['a side of 5000 px', () => plain(5000, 128).jpeg().toBuffer()],
    ['6 MiB', async () => Buffer.concat([jpeg, Buffer.alloc(6 * 2 ** 20 - jpeg.length)])],
    ['more than 6 MB', async () => Buffer.concat([jpeg, Buffer.alloc(6_000_001 - jpeg.length)])],
  ])('is sent with a warning when the documents can be read both ways: %s', async (_, make) => {
    const image = await make();
    const { run, slim, events } = await startScenario();
    expect((await run(() => slim({ image }))).seen).toEqual(succeeded());
    expect(events.filter(({ type }) => type === 'warning').length).toBe(1);
  });

  it('is not warned about when there is no doubt', async () => {
    const { run, slim, events } = await startScenario();
    await run(slim);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
  });
});
