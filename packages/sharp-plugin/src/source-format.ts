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
 *
 * @param bytes of the source
 */
export function toSourceFile(image: SharpLike, source: SharpMetadata, bytes: Uint8Array): SharpLike {
  const { format, compression, chromaSubsampling, isProgressive = false } = source;
  const subsampling = chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
  if (source.depth === 'ushort') image.toColourspace(isGrey(source) ? 'grey16' : 'rgb16');
  else if (isGrey(source)) image.toColourspace('b-w');
  switch (format) {
    case 'jpeg':
      return image.toFormat('jpeg', { quality: 92, chromaSubsampling: subsampling, progressive: isProgressive });
    case 'png':
      return image.toFormat('png', { compressionLevel: 6, progressive: isProgressive });
    case 'webp':
      return image.toFormat('webp', isLosslessWebp(bytes) ? { lossless: true } : { quality: 92 });
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

/** Whether a WebP holds its pixels in a chunk VP8L. https://developers.google.com/speed/webp/docs/riff_container */
function isLosslessWebp(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mostChunks = 1000; // of which a picture has some five before its pixels
  for (let start = 12, chunk = 0; chunk < mostChunks && start + 8 <= file.length; chunk++, start += 8 + Math.ceil(file.readUInt32LE(start + 4) / 2) * 2) {
    const type = file.toString('latin1', start, start + 4);
    if (type === 'VP8L') return true;
    if (type === 'VP8 ') return false;
  }
  return false;
}
