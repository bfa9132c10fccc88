import type { Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { toSourceFormat } from '../src/source-format.ts';
import { copies, portrait } from './_setup.ts';

describe.each(copies)('toSourceFormat of sharp $version', ({ sharp }) => {
  const small = () => sharp(portrait).resize(32);
  const formatAfter = async (source: Sharp) => {
    const image = small();
    toSourceFormat(image, await source.metadata());
    const { format, compression } = await sharp(await image.toBuffer()).metadata();
    return { format, compression };
  };

  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff'] as const)('keeps %s', async (format) => {
    expect(await formatAfter(sharp(await small().toFormat(format).toBuffer()))).toMatchObject({ format });
  });

  it('keeps AVIF', async () => {
    expect(await formatAfter(sharp(await small().avif({ effort: 0 }).toBuffer()))).toEqual({ format: 'heif', compression: 'av1' });
  });

  it('makes PNG of what is no file or cannot be written', async () => {
    const png = { format: 'png', compression: undefined };
    expect(await formatAfter(sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')))).toEqual(png);
    expect(await formatAfter(sharp(Buffer.alloc(12), { raw: { width: 2, height: 2, channels: 3 } }))).toEqual(png);
    expect(await formatAfter(sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }))).toEqual(png);
  });
});
