import type { ImageMediaType } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { toCmykTiff } from '../image/cmyk.ts';
import { keepAvifMetadata } from '../metadata/avif-boxes.ts';
import { keepJpegMetadata } from '../metadata/jpeg-segments.ts';
import { keepPngMetadata } from '../metadata/png-chunks.ts';
import { keepTiffMetadata } from '../metadata/tiff-tags.ts';
import { keepWebpMetadata } from '../metadata/webp-chunks.ts';
import { colourspaceOf, type DecodedImage } from './decode.ts';

/** How a file is written. */
export interface EncodeOptions {
  /** Quality of what is coded with loss, 1 to 100: JPEG, WebP, AVIF, and JPEG in TIFF. */
  readonly quality: number;
}

/**
 * Encodes the pixels in the format of their source, with the source's metadata byte for byte. What is lossless stays so.
 * Chroma of half the resolution stays so; 4:2:2 and its like, which sharp does not write, become 4:4:4.
 */
export async function encode(image: DecodedImage, options: EncodeOptions): Promise<Uint8Array> {
  return encoders[image.info.mediaType](image, options);
}

const encoders: Readonly<Record<ImageMediaType, (image: DecodedImage, options: EncodeOptions) => Promise<Uint8Array>>> = {
  'image/jpeg': async (image, { quality }) => {
    const { progressive, chroma: chromaSubsampling } = image.coding;
    return keepJpegMetadata(image.source, await toSharp(image).jpeg({ quality, progressive, chromaSubsampling }).toBuffer());
  },
  'image/png': async (image) => keepPngMetadata(image.source, await toSharp(image).png({ progressive: image.coding.progressive }).toBuffer()),
  'image/webp': async (image, { quality }) => {
    const { lossless, alpha } = image.coding;
    const { width, height } = image.info;
    // `exact`: colours behind an alpha of 0 are pixels like others. Without loss, quality is how hard it tries.
    return keepWebpMetadata(image.source, await toSharp(image).webp({ quality: lossless ? 75 : quality, lossless, exact: true }).toBuffer(), { width, height, alpha });
  },
  'image/avif': async (image, { quality }) => {
    const { lossless, chroma: chromaSubsampling, bits } = image.coding;
    const bitdepth = bits === 10 || bits === 12 ? bits : 8;
    // An effort of 4, which is usual, takes twelve times as long for files that are no smaller at such a quality.
    const avif = toSharp(image).avif({ quality, lossless, chromaSubsampling: lossless ? '4:4:4' : chromaSubsampling, bitdepth, effort: 2 });
    return keepAvifMetadata(image.source, await avif.toBuffer());
  },
  'image/tiff': async (image, { quality }) => {
    const compression = tiffCompressions.get(image.coding.compression) ?? 'deflate';
    return keepTiffMetadata(image.source, await toSharp(image).tiff({ compression, quality }).toBuffer());
  },
};

/** By TIFF's numbers what sharp can write; Deflate has two of them. All others become Deflate, which is lossless. */
const tiffCompressions: ReadonlyMap<number, 'none' | 'lzw' | 'jpeg' | 'deflate' | 'packbits'> = new Map([[1, 'none'], [5, 'lzw'], [7, 'jpeg'], [8, 'deflate'], [32773, 'packbits'], [32946, 'deflate']]);

function toSharp({ coding, pixels }: DecodedImage): Sharp {
  if (coding.colour === 'cmyk') return sharp(toCmykTiff(pixels), { ignoreIcc: true }).pipelineColourspace('cmyk').toColourspace('cmyk');
  const { data, width, height, channels } = pixels;
  const image = sharp(data, { raw: { width, height, channels } });
  // 8-bit RGB is what sharp takes raw pixels for.
  return coding.colour === 'grey' || coding.deep ? image.toColourspace(colourspaceOf(coding)) : image;
}
