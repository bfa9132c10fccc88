import { isoBrands } from './avif.ts';

/** First bytes of the formats that people upload, with the media type of each (latin-1; `?` stands for any byte). */
const signatures: readonly (readonly [magic: string, mediaType: string])[] = [
  ['\xff\xd8\xff', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['RIFF????WEBP', 'image/webp'],
  ['????ftypavif', 'image/avif'],
  ['????ftypavis', 'image/avif'],
  ['????ftyphei', 'image/heic'],
  ['????ftyphev', 'image/heic'],
  ['????ftypmif1', 'image/heif'],
  ['\0\0\0\x0cjP  ', 'image/jp2'],
  ['\xff\x0a', 'image/jxl'],
  ['\0\0\0\x0cJXL ', 'image/jxl'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['II+\0', 'image/tiff (BigTIFF)'],
  ['MM\0+', 'image/tiff (BigTIFF)'],
  ['BM', 'image/bmp'],
  ['<svg', 'image/svg+xml'],
  ['%PDF-', 'application/pdf'],
];

/** Media type by the first bytes, `null` when they belong to none of the known formats. */
export function sniffMediaType(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  const matches = (magic: string): boolean => magic.length <= head.length && [...magic].every((char, i) => char === '?' || char === head[i]);
  const mediaType = signatures.find(([magic]) => matches(magic))?.[1] ?? null;
  // "mif1" is the brand of all still pictures in such files; AVIF may be among the further ones.
  return mediaType === 'image/heif' && isoBrands(bytes).includes('avif') ? 'image/avif' : mediaType;
}
