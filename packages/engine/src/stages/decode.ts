import { UnreadableImageError, UnsupportedFormatError, type ImageInfo, type PixelBuffer } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { readJpegFrame } from '../metadata/jpeg-frame.ts';

/** An image as stored: neither turned upright nor converted to another colour space. */
export interface DecodedImage {
  /** The encoded image; metadata is taken from it when the pixels are encoded again. */
  readonly source: Uint8Array;
  readonly info: ImageInfo;
  readonly coding: Coding;
  readonly pixels: PixelBuffer;
}

/** How an image's samples are stored. */
export interface Coding {
  /** Grey, with or without alpha. */
  readonly grey: boolean;
  /** 16 bits a sample. */
  readonly deep: boolean;
  readonly alpha: boolean;
  /** Shows up step by step: a progressive JPEG, an interlaced PNG. */
  readonly progressive: boolean;
  /** A JPEG whose chroma has less resolution than its luma. */
  readonly subsampled: boolean;
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
    const coding = info.mediaType === 'image/jpeg' ? jpegCoding(source) : await pngCoding(image);
    return { source, info, coding, pixels: await toPixels(image, coding) };
  } catch (cause) {
    if (cause instanceof UnsupportedFormatError) throw cause;
    throw new UnreadableImageError(`the ${info.mediaType === 'image/png' ? 'PNG' : 'JPEG'} data is cut off or damaged`, { cause });
  }
}

function jpegCoding(source: Uint8Array): Coding {
  const { components, progressive, subsampled } = readJpegFrame(source);
  if (components === 4) throw new UnsupportedFormatError({ accepted: ['image/jpeg', 'image/png'], detected: 'image/jpeg in CMYK (convert it to RGB first)' });
  return { grey: components === 1, deep: false, alpha: false, progressive, subsampled };
}

async function pngCoding(image: Sharp): Promise<Coding> {
  const { space, depth, hasAlpha, isProgressive = false } = await image.metadata();
  const grey = space === 'b-w' || space === 'grey16';
  return { grey, deep: depth === 'ushort', alpha: hasAlpha, progressive: isProgressive, subsampled: false };
}

async function toPixels(image: Sharp, { grey, deep, alpha }: Coding): Promise<PixelBuffer> {
  const { data, info } = await image
    .toColourspace(colourspaceOf(grey && !alpha, deep)) // sharp gives raw grey without its alpha, so that comes as RGB
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
