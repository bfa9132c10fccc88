import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUpload } from '../../../src/ailab/request/multipart.ts';

async function parse(image: Uint8Array, slimDegree: number, mediaType?: string) {
  const upload = encodeUpload(image, { slimDegree, ...(mediaType !== undefined && { mediaType }) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of upload.body()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const form = await new Response(bytes, { headers: upload.headers }).formData();
  return { upload, bytes, degree: form.get('slim_degree'), file: form.get('image') as File };
}

describe('the body of an upload', () => {
  it('names the image by its type', async () => {
    for (const [type, name] of [['image/jpeg', 'image.jpg'], ['image/png', 'image.png'], ['image/webp', 'image.bin']] as const) {
      expect((await parse(Buffer.from('pixels'), 1, type)).file).toMatchObject({ type, name });
    }
    expect((await parse(Buffer.from('hello'), 1)).file).toMatchObject({ type: 'application/octet-stream', name: 'image.bin' });
  });

  it('has the length that its header says, whatever the image holds', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.double({ min: 0, max: 2, noNaN: true }), async (image, slimDegree) => {
      const { upload, bytes, degree, file } = await parse(image, slimDegree);
      expect(Number(upload.headers['content-length'])).toBe(bytes.byteLength);
      expect(degree).toMatch(/^\d(\.\d+)?$/);
      expect(Number(degree)).toBeCloseTo(slimDegree, 15);
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(image);
      expect(upload.bytesSent()).toBe(bytes.byteLength);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it.each([[0, '0'], [-0, '0'], [2, '2'], [0.1, '0.1'], [1e-7, '0.00000010000000000000']])('writes the degree %d as %s', async (slimDegree, written) => {
    expect((await parse(Buffer.alloc(1), slimDegree)).degree).toBe(written);
  });

  it('hands the image over without a copy but for its end, and counts as sent from its last part on', async () => {
    const image = Buffer.alloc(200_000);
    const upload = encodeUpload(image, { slimDegree: 1 });
    const parts: Uint8Array[] = [];
    const sent: boolean[] = [];
    for await (const part of upload.body()) {
      parts.push(part);
      sent.push(upload.isSent());
    }
    expect(parts.map(({ buffer }) => buffer === image.buffer)).toEqual([false, true, false, false]);
    expect(sent).toEqual([false, false, false, true]);
  });
});
