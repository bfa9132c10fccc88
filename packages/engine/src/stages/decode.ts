import { UnreadableImageError, UnsupportedFormatError, type ImageInfo, type PixelBuffer } from '@slimface/core';
import sharp, { type Metadata, type Sharp } from 'sharp';

/** An image as stored: neither turned upright nor converted to another colour space. */
export interface DecodedImage {
  /** The encoded image; metadata is taken from it when the pixels are encoded again. */
  readonly source: Uint8Array;
  readonly info: ImageInfo;
  /** Chroma subsampling of a JPEG, as sharp names it. */
  readonly chromaSubsampling: string | undefined;
  /** Whether the image shows up step by step: a progressive JPEG, an interlaced PNG. */
  readonly progressive: boolean;
  /** Whether the image is stored as grey, with or without alpha. */
  readonly grey: boolean;
  readonly pixels: PixelBuffer;
}

/**
 * Decodes an image to its stored pixels.
 *
 * @param info what its header says, which bounds what the decoder allocates
 * @throws {UnsupportedFormatError} the image is in CMYK
 * @throws {UnreadableImageError} the image is cut off or damaged
 */
export async function decode(source: Uint8Array, info: ImageInfo): Promise<DecodedImage> {
  // An embedded profile describes the samples and goes along with them, so nothing is converted.
  const image = sharp(source, { failOn: 'warning', ignoreIcc: true, limitInputPixels: info.width * info.height });
  try {
    const metadata = await image.metadata();
    if (metadata.space === 'cmyk') throw new UnsupportedFormatError({ accepted: ['image/jpeg', 'image/png'], detected: 'image/jpeg in CMYK (convert it to RGB first)' });
    const grey = metadata.space === 'b-w' || metadata.space === 'grey16';
    const { chromaSubsampling, isProgressive: progressive = false } = metadata;
    return { source, info, chromaSubsampling, progressive, grey, pixels: await toPixels(image, grey, metadata) };
  } catch (cause) {
    if (cause instanceof UnsupportedFormatError) throw cause;
    throw new UnreadableImageError(`the ${info.mediaType === 'image/png' ? 'PNG' : 'JPEG'} data is cut off or damaged`, { cause });
  }
}

async function toPixels(image: Sharp, grey: boolean, { depth, hasAlpha }: Metadata): Promise<PixelBuffer> {
  const deep = depth === 'ushort';
  const { data, info } = await image
    .toColourspace(colourspaceOf(grey && !hasAlpha, deep)) // sharp gives raw grey without its alpha, so that comes as RGB
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const samples = deep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
  return { data: samples, width: info.width, height: info.height, channels: info.channels as PixelBuffer['channels'] };
}

/** sharp's name for a kind of pixels. Without it, sharp scales 16-bit samples wrongly and spreads grey to RGB. */
export function colourspaceOf(grey: boolean, deep: boolean): string {
  if (grey) return deep ? 'grey16' : 'b-w';
  return deep ? 'rgb16' : 'srgb';
}
