import type { SharpLike, SharpMetadata } from './sharp-like.ts';

/**
 * Queues the format of the source as the output format: a `Sharp` over raw pixels would otherwise give raw pixels.
 * Sources that are no file, and formats that not every build of sharp can write (SVG, PDF, JPEG XL, ...), become PNG.
 */
export function toSourceFormat(image: SharpLike, { format, compression }: SharpMetadata): SharpLike {
  switch (format) {
    case 'jpeg':
    case 'png':
    case 'webp':
    case 'gif':
    case 'tiff':
      return image.toFormat(format);
    case 'heif': // what sharp calls AVIF as well
      return image.toFormat('heif', { compression: compression === 'hevc' ? 'hevc' : 'av1' });
    default:
      return image.toFormat('png');
  }
}
