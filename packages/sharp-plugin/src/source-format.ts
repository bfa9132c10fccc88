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

/**
 * The same for a file that takes the place of its source: at a quality at which one more generation is not seen, with the
 * source's chroma, scan order, greys and bits.
 */
export function toSourceFile(image: SharpLike, source: SharpMetadata): SharpLike {
  const { format, compression, chromaSubsampling, isProgressive = false } = source;
  if (source.depth === 'ushort') image.toColourspace(isGrey(source) ? 'grey16' : 'rgb16');
  else if (isGrey(source)) image.toColourspace('b-w');
  switch (format) {
    case 'jpeg':
      return image.toFormat('jpeg', { quality: 92, chromaSubsampling: chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4', progressive: isProgressive });
    case 'png':
      return image.toFormat('png', { compressionLevel: 6, progressive: isProgressive });
    case 'webp':
      return image.toFormat('webp', { quality: 92 });
    case 'tiff':
      return image.toFormat('tiff', { compression: 'lzw' });
    case 'heif':
      return image.toFormat('heif', { compression: compression === 'hevc' ? 'hevc' : 'av1', quality: 75 });
    default:
      return toSourceFormat(image, source);
  }
}

function isGrey({ channels = 3, hasAlpha = false }: SharpMetadata): boolean {
  return channels - (hasAlpha ? 1 : 0) === 1;
}
