import { pngChunks, pngSignatureLength } from '@slimface/core';

/**
 * Ancillary chunks that say nothing about how the pixels are coded, so that they fit the new ones too: colour space,
 * pixel density, EXIF, texts and time.
 */
const metadataChunks = new Set(['cHRM', 'cICP', 'eXIf', 'gAMA', 'iCCP', 'iTXt', 'mDCV', 'cLLI', 'pHYs', 'sRGB', 'tEXt', 'tIME', 'zTXt']);

/** Gives an encoded PNG the metadata chunks of another, byte for byte, in front of its pixels. */
export function keepPngMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const kept = [...pngChunks(source)].filter(({ type }) => metadataChunks.has(type));
  const coding = [...pngChunks(encoded)].filter(({ type }) => !metadataChunks.has(type));
  const [header, ...rest] = coding.map(({ start, end }) => encoded.subarray(start, end));
  return Buffer.concat([
    encoded.subarray(0, pngSignatureLength),
    header!,
    ...kept.map(({ start, end }) => source.subarray(start, end)),
    ...rest,
  ]);
}
