import { isJpegFrameHeader, jpegSegments } from '@slimface/core';

/** What a JPEG's frame header says about how its samples are coded. */
export interface JpegFrame {
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
  readonly progressive: boolean;
  /** Whether chroma has less resolution than luma: 4:2:0, 4:2:2 and their like. */
  readonly subsampled: boolean;
}

/** Reads the frame header (ITU-T T.81, B.2.2) of a JPEG that `inspectImage` has accepted. */
export function readJpegFrame(bytes: Uint8Array): JpegFrame {
  const { marker, payload } = [...jpegSegments(bytes)].find(isJpegFrameHeader)!;
  const components = bytes[payload + 5]!;
  // Each component has three bytes: its name, its sampling factors, its table.
  const factors = Array.from({ length: components }, (_, i) => bytes[payload + 7 + 3 * i]);
  return { components, progressive: progressiveMarkers.has(marker), subsampled: factors.some((factor) => factor !== factors[0]) };
}

/** SOF2, SOF6, SOF10 and SOF14. */
const progressiveMarkers = new Set([0xc2, 0xc6, 0xca, 0xce]);
