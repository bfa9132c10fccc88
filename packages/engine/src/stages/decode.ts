import { UnreadableImageError, UnsupportedFormatError, type ImageInfo, type ImageMediaType, type PixelBuffer } from '@slimface/core';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { cmykToRgb } from '../image/cmyk.ts';
import { readAvifCoding } from '../metadata/avif-boxes.ts';
import { avifItems } from '../metadata/avif-items.ts';
import { readJpegFrame, type JpegFrame } from '../metadata/jpeg-frame.ts';
import { isLabTiff, tiffCompression } from '../metadata/tiff-tags.ts';
import { isLosslessWebp } from '../metadata/webp-chunks.ts';
import { engineRequirements } from '../requirements.ts';

/** An image as stored: neither turned upright nor converted to another colour space. */
export interface DecodedImage {
  /** The encoded image; metadata is taken from it when the pixels are encoded again. */
  readonly source: Uint8Array;
  readonly info: ImageInfo;
  readonly coding: Coding;
  /** The stored samples. Those of CMYK say how much ink there is, in four channels. */
  readonly pixels: PixelBuffer;
  /** The same picture for the detectors, who know no CMYK; the very `pixels` otherwise. */
  readonly visible: PixelBuffer;
}

/** How an image's samples are stored. */
export interface Coding {
  /** What the samples are, alpha aside. */
  readonly colour: 'grey' | 'rgb' | 'cmyk';
  /** More than 8 bits a sample; they are decoded to 16. */
  readonly deep: boolean;
  readonly alpha: boolean;
  /** Shows up step by step: a progressive JPEG, an interlaced PNG. */
  readonly progressive: boolean;
  /** Resolution of chroma in a JPEG or AVIF. */
  readonly chroma: '4:2:0' | '4:4:4';
  /** A WebP or AVIF without loss; PNG always is. */
  readonly lossless: boolean;
  /** Bits a sample as stored. */
  readonly bits: number;
  /** How a TIFF is compressed, as TIFF numbers it. */
  readonly compression: number;
}

/** For formats in which it does not matter. */
const usual = { chroma: '4:4:4', lossless: false, compression: 1 } as const;
/** Names of `Metadata.space` by what they are; images in others, such as Lab, are refused. */
const colours: Readonly<Record<string, Coding['colour']>> = { 'b-w': 'grey', grey16: 'grey', srgb: 'rgb', rgb: 'rgb', rgb16: 'rgb', cmyk: 'cmyk' };
const names: Readonly<Record<ImageMediaType, string>> = { 'image/jpeg': 'JPEG', 'image/png': 'PNG', 'image/webp': 'WebP', 'image/avif': 'AVIF', 'image/tiff': 'TIFF' };

/**
 * Decodes an image to its stored pixels.
 *
 * @param info what its header says, which bounds what the decoder allocates
 * @throws {UnsupportedFormatError} samples of another kind than grey, RGB or CMYK of 8 to 16 bits; lossless and hierarchical JPEGs
 * @throws {UnreadableImageError} the image is cut off or damaged
 */
export async function decode(source: Uint8Array, info: ImageInfo): Promise<DecodedImage> {
  // An embedded profile describes the samples and goes along with them, so nothing is converted.
  const image = sharp(source, { failOn: 'warning', ignoreIcc: true, limitInputPixels: info.width * info.height });
  try {
    const frame = info.mediaType === 'image/jpeg' ? readJpegFrame(source) : undefined;
    if (frame?.unusual !== undefined) throw refusal(info, `with ${frame.unusual} coding`);
    if (frame !== undefined && frame.precision !== 8) throw refusal(info, 'with more than 8 bits a sample');
    if (info.mediaType === 'image/tiff' && isLabTiff(source)) throw refusal(info, 'in the colour space lab');
    if (info.mediaType === 'image/avif') avifItems(source); // throws before the decoder reads the same bytes time and again
    const coding = codingOf(source, info, frame, await image.metadata());
    const pixels = await toPixels(image, coding);
    if (pixels.width !== info.width || pixels.height !== info.height) throw new Error(`the header states ${info.width} x ${info.height} px, the pixels are ${pixels.width} x ${pixels.height}`);
    return { source, info, coding, pixels, visible: coding.colour === 'cmyk' ? cmykToRgb(pixels, isInverted(frame)) : pixels };
  } catch (cause) {
    if (cause instanceof UnsupportedFormatError || cause instanceof UnreadableImageError) throw cause;
    throw new UnreadableImageError(`the ${names[info.mediaType]} data is cut off or damaged`, { cause });
  }
}

function refusal({ mediaType }: ImageInfo, kind: string): UnsupportedFormatError {
  return new UnsupportedFormatError({ accepted: engineRequirements.mediaTypes, detected: `${mediaType} ${kind}` });
}

function codingOf(source: Uint8Array, info: ImageInfo, frame: JpegFrame | undefined, metadata: Metadata): Coding {
  const { space = '', depth, hasAlpha: alpha = false, channels = 0, isProgressive: progressive = false, bitsPerSample: bits = 8 } = metadata;
  const { mediaType } = info;
  const colour = colours[space];
  if (depth !== 'uchar' && depth !== 'ushort') throw refusal(info, `with samples of type ${depth}`);
  if (colour === undefined) throw refusal(info, `in the colour space ${space}`);
  if (channels !== { grey: 1, rgb: 3, cmyk: 4 }[colour] + Number(alpha) || channels > 4) throw refusal(info, `with ${channels} channels`);
  const coding = { ...usual, colour, deep: depth === 'ushort', alpha, progressive, bits };
  if (frame !== undefined) return { ...coding, ...frame };
  if (mediaType === 'image/webp') return { ...coding, lossless: isLosslessWebp(source) };
  if (mediaType === 'image/avif') return { ...coding, ...readAvifCoding(source) };
  if (mediaType === 'image/tiff') return { ...coding, compression: tiffCompression(source) };
  return coding;
}

/** Adobe writes how much light there is in place of ink, and says so; the decoder takes all JPEGs for Adobe's. */
function isInverted(frame: JpegFrame | undefined): boolean {
  return frame !== undefined && !frame.adobe;
}

async function toPixels(image: Sharp, { colour, deep, alpha }: Coding): Promise<PixelBuffer> {
  if (colour === 'cmyk') image.pipelineColourspace('cmyk'); // else it is converted to RGB and back
  const asRgb = colour === 'grey' && alpha && !deep; // sharp gives raw grey of 8 bits without its alpha
  const { data, info } = await image
    .toColourspace(asRgb ? 'srgb' : colourspaceOf({ colour, deep }))
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const samples = deep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
  return { data: samples, width: info.width, height: info.height, channels: info.channels as PixelBuffer['channels'] };
}

/** sharp's name for a kind of pixels. Without it, sharp scales 16-bit samples wrongly and spreads grey to RGB. */
export function colourspaceOf({ colour, deep }: Pick<Coding, 'colour' | 'deep'>): string {
  if (colour === 'grey') return deep ? 'grey16' : 'b-w';
  if (colour === 'cmyk') return 'cmyk';
  return deep ? 'rgb16' : 'srgb';
}
