import sharp from 'sharp';
import { keepJpegMetadata } from '../metadata/jpeg-segments.ts';
import { keepPngMetadata } from '../metadata/png-chunks.ts';
import { colourspaceOf, type DecodedImage } from './decode.ts';

/** How a JPEG is written. */
export interface EncodeOptions {
  /** Quality of a JPEG, 1 to 100; a PNG is lossless. */
  readonly quality: number;
}

/**
 * Encodes the pixels in the format of their source, with the source's metadata byte for byte.
 * A JPEG with subsampled chroma stays so; 4:2:2 and its like, which sharp does not write, become 4:2:0 as in sharp itself.
 */
export async function encode({ source, info, coding, pixels }: DecodedImage, { quality }: EncodeOptions): Promise<Uint8Array> {
  const { grey, deep, progressive, subsampled } = coding;
  const { data, width, height, channels } = pixels;
  const image = sharp(data, { raw: { width, height, channels } });
  if (grey || deep) image.toColourspace(colourspaceOf(grey, deep)); // 8-bit RGB is what sharp takes raw pixels for
  if (info.mediaType === 'image/png') return keepPngMetadata(source, await image.png({ progressive }).toBuffer());
  const jpeg = await image.jpeg({ quality, progressive, chromaSubsampling: subsampled ? '4:2:0' : '4:4:4' }).toBuffer();
  return keepJpegMetadata(source, jpeg);
}
