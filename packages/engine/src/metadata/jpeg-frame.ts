import { isJpegFrameHeader, jpegSegments } from '@slimface/core';

/** What a JPEG's header says about how its samples are coded. */
export interface JpegFrame {
  /** A coding that no common decoder knows, by its name. */
  readonly unusual: 'lossless' | 'hierarchical' | undefined;
  /** Bits a sample. */
  readonly precision: number;
  /** 1 grey, 3 colour, 4 CMYK or YCCK. */
  readonly components: number;
  readonly progressive: boolean;
  /** How much chroma there is, of what a JPEG can be written with: no less than in the file. */
  readonly chroma: '4:2:0' | '4:4:4';
  /** Whether Adobe's marker is there, without which the samples of CMYK are not inverted. */
  readonly adobe: boolean;
}

/** Reads the frame header (ITU-T T.81, B.2.2) of a JPEG that `inspectImage` has accepted. */
export function readJpegFrame(bytes: Uint8Array): JpegFrame {
  const segments = [...jpegSegments(bytes)];
  const { marker, payload } = segments.find(isJpegFrameHeader)!;
  const components = bytes[payload + 5]!;
  // Each component has three bytes: its name, its sampling factors across and down, its table.
  const factors = Array.from({ length: components }, (_, i) => bytes[payload + 7 + 3 * i]);
  return {
    unusual: losslessMarkers.has(marker) ? 'lossless' : hierarchicalMarkers.has(marker) ? 'hierarchical' : undefined,
    precision: bytes[payload]!,
    components,
    progressive: progressiveMarkers.has(marker),
    chroma: factors.join() === halfChroma ? '4:2:0' : '4:4:4',
    adobe: segments.some((segment) => segment.marker === 0xee && isAdobe(bytes.subarray(segment.payload, segment.end))),
  };
}

/** SOF3, SOF7, SOF11 and SOF15 (ITU-T T.81, table B.1). */
const losslessMarkers = new Set([0xc3, 0xc7, 0xcb, 0xcf]);
/** SOF5, SOF6, SOF13 and SOF14: differences to a smaller picture. */
const hierarchicalMarkers = new Set([0xc5, 0xc6, 0xcd, 0xce]);

/** SOF2, SOF6, SOF10 and SOF14. */
const progressiveMarkers = new Set([0xc2, 0xc6, 0xca, 0xce]);

/** Luma has two samples across and down for each one of chroma. */
const halfChroma = [0x22, 0x11, 0x11].join();

function isAdobe(payload: Uint8Array): boolean {
  return payload.length >= 12 && String.fromCharCode(...payload.subarray(0, 5)) === 'Adobe';
}
