import { readFile } from 'node:fs/promises';
import { apiRequirements, createSlimmedImage, type FaceSlimmer, type SlimmedFace } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { slimSelfTestImage } from '../../src/health/self-test.ts';
import { fixture, localEngine } from '../_setup.ts';

const portrait = new URL('../../assets/self-test.jpg', import.meta.url);
const face = { box: { x: 80, y: 50, width: 93, height: 107 }, slimDegree: 1 } as SlimmedFace;

/** A third party's engine that answers everything with `bytes`. */
function engineWith(bytes: Uint8Array, faces: SlimmedFace[] = [face]): FaceSlimmer {
  const fields = { mediaType: 'image/jpeg', width: 256, height: 256, faces, slimDegree: 1, engine: 'other' } as const;
  return { id: 'other', version: '1', requirements: apiRequirements, slim: async () => createSlimmedImage(fields, bytes), close: async () => {} };
}

describe('the self-test', () => {
  it('passes with the local engine, which moves pixels of the face and none of the corners', async () => {
    const engine = await localEngine();
    await slimSelfTestImage(engine);

    const image = await readFile(portrait);
    expect(image.byteLength).toBeLessThan(20_000);
    const slimmed = await engine.slim(image, { slimDegree: 1 });
    const { x, y, width, height } = slimmed.faces[0]!.box;
    expect(Math.min(width, height)).toBeGreaterThan(1.25 * apiRequirements.minFaceSide);
    expect(Math.min(x, y, 256 - x - width, 256 - y - height)).toBeGreaterThan(0);
    const difference = async (box: { left: number; top: number; width: number; height: number }): Promise<number> => {
      const [before, after] = await Promise.all([image, Buffer.from(await slimmed.bytes())].map((bytes) => sharp(bytes).extract(box).raw().toBuffer()));
      return before!.reduce((sum, value, i) => sum + Math.abs(value - after![i]!), 0) / before!.length;
    };
    expect(await difference({ left: Math.round(x), top: Math.round(y), width: Math.round(width), height: Math.round(height) })).toBeGreaterThan(1);
    expect(await difference({ left: 0, top: 240, width: 16, height: 16 })).toBeLessThan(1);
  });

  const wanted = 'Expected the engine to answer the self-test with another image/jpeg of 256 x 256 px with 1 face but received';
  it('fails with an engine that changes nothing', async () => {
    await expect(slimSelfTestImage(engineWith(await readFile(portrait)))).rejects.toThrow(`${wanted} the same image/jpeg of 256 x 256 px with 1 face`);
  });

  it('fails with an engine that answers with another image', async () => {
    await expect(slimSelfTestImage(engineWith(fixture('astronaut.png')))).rejects.toThrow(`${wanted} another image/png of 512 x 512 px with 1 face`);
  });

  it('fails with an engine that sees no face', async () => {
    const other = await sharp(await readFile(portrait)).blur().jpeg().toBuffer();
    await expect(slimSelfTestImage(engineWith(other, []))).rejects.toThrow(`${wanted} another image/jpeg of 256 x 256 px with 0 faces`);
    await expect(slimSelfTestImage(engineWith(other))).resolves.toBeUndefined();
  });

  it('fails with an engine that answers with no image, or not at all', async () => {
    await expect(slimSelfTestImage(engineWith(new Uint8Array(0)))).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' });
    const dead: FaceSlimmer = { ...engineWith(new Uint8Array(0)), slim: () => Promise.reject(new Error('no models')) };
    await expect(slimSelfTestImage(dead)).rejects.toThrow('no models');
  });
});
