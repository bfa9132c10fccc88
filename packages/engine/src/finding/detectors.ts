import type { Point } from '@slimface/core';
import { placeInSquare, sampleSquare, type Square } from '../image/sample-square.ts';
import type { ModelName } from '../models/inference-pool.ts';
import { blendOverlaps, type Detection } from './detection.ts';
import type { Scene } from './scene.ts';

/** A BlazeFace model, the side of its input, and which box centres its cells stand for. */
export interface Detector {
  readonly model: ModelName;
  readonly size: number;
  readonly anchors: readonly Point[];
}

/** Sees faces of 15 to 70 % of the square. It never looks for faces in tiles of a photo: it takes dogs for faces then. */
export const shortRange: Detector = { model: 'shortRange', size: 128, anchors: [...gridAnchors(16, 2), ...gridAnchors(8, 6)] };
/** Sees faces from 6 % of the square. */
export const fullRange: Detector = { model: 'fullRange', size: 192, anchors: gridAnchors(48, 1) };
/** Sees faces from 8 % of the square, in less time. */
export const fullRangeSparse: Detector = { ...fullRange, model: 'fullRangeSparse' };

/**
 * Has a detector look at a square, which may be turned.
 *
 * @param threshold the score from which on it is a face, 0 to 1
 * @returns faces by falling score, each once
 */
export async function look({ pyramid, view, inference }: Scene, square: Square, detector: Detector, threshold: number): Promise<Detection[]> {
  const input = sampleSquare(pyramid, view, square, detector.size, { scale: 2 / 255, offset: -1 });
  return blendOverlaps(decode(await inference.run(detector.model, input), square, detector, threshold));
}

/** Turns the model's tensors into faces: for each anchor a box, six keypoints and a score's logit. */
function decode(outputs: readonly Float32Array[], square: Square, { size, anchors }: Detector, threshold: number): Detection[] {
  const [logits, boxes] = outputs.toSorted((a, b) => a.length - b.length) as [Float32Array, Float32Array];
  const least = Math.log(threshold / (1 - threshold));
  const found: Detection[] = [];
  anchors.forEach((anchor, i) => {
    if (!(logits[i]! >= least)) return;
    const value = (k: number): number => boxes[16 * i + k]! / size;
    const point = (k: number): Point => placeInSquare({ x: anchor.x + value(k), y: anchor.y + value(k + 1) }, square);
    const centre = point(0);
    const side = Math.max(value(2), value(3)) * square.side; // the models draw squares, to a few per cent
    found.push({
      box: { x: centre.x - side / 2, y: centre.y - side / 2, width: side, height: side },
      keypoints: [4, 6, 8, 10, 12, 14].map(point),
      score: 1 / (1 + Math.exp(-Math.min(100, logits[i]!))),
    });
  });
  return found;
}

/** Centres of an n x n grid of cells, each `repeats` times, in units of the square. */
function gridAnchors(n: number, repeats: number): Point[] {
  return Array.from({ length: n * n * repeats }, (_, i) => {
    const cell = Math.floor(i / repeats);
    return { x: ((cell % n) + 0.5) / n, y: (Math.floor(cell / n) + 0.5) / n };
  });
}
