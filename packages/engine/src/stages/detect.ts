import type { Box, Point } from '@slimface/core';
import { intersection, intersectionOverUnion } from '../image/boxes.ts';
import type { View } from '../image/orientation.ts';
import type { Pyramid } from '../image/pyramid.ts';
import { sampleSquare, type Square } from '../image/sample-square.ts';
import type { InferencePool, ModelName } from '../models/inference-pool.ts';

/** A face as a detector sees it, in pixels of the view. */
export interface Detection {
  readonly box: Box;
  /** The eye on the view's left, the other eye, nose, mouth and both ears. */
  readonly keypoints: readonly Point[];
  /** 0 to 1. */
  readonly score: number;
}

/** A detector's model, the side of its input, and which box centres its cells stand for. */
interface Detector {
  readonly model: ModelName;
  readonly size: number;
  readonly anchors: readonly Point[];
  readonly threshold: number;
}

/** Cells overlap when their boxes share more than this, as a part of both or of the smaller. */
const sameFaceUnion = 0.3;
const sameFaceSmaller = 0.6;

/**
 * Finds faces with the `auto` plan: the short-range model on the whole view, the full-range model on the whole view
 * and on tiles of half its length. The short-range model is never tiled: it takes dogs for faces then.
 *
 * @returns faces by falling score
 */
export async function detect(pyramid: Pyramid, view: View, inference: InferencePool): Promise<Detection[]> {
  const whole = wholeSquare(view);
  const looks = [detectIn(whole, shortRange), detectIn(whole, fullRange), ...halfTiles(view).map(detectInTile)];
  return dropDoubles((await Promise.all(looks)).flat());

  async function detectIn(square: Square, detector: Detector): Promise<Detection[]> {
    const input = sampleSquare(pyramid, view, square, detector.size, { scale: 2 / 255, offset: -1 });
    return blendOverlaps(decode(await inference.run(detector.model, input), square, detector));
  }

  async function detectInTile(tile: Square): Promise<Detection[]> {
    return (await detectIn(tile, fullRange)).filter(({ box }) => !isCutByTile(box, tile, view));
  }
}

/** Centres of an n x n grid of cells, each `repeats` times, in units of the square. */
function gridAnchors(n: number, repeats: number): Point[] {
  return Array.from({ length: n * n * repeats }, (_, i) => {
    const cell = Math.floor(i / repeats);
    return { x: ((cell % n) + 0.5) / n, y: (Math.floor(cell / n) + 0.5) / n };
  });
}

const shortRange: Detector = { model: 'shortRange', size: 128, anchors: [...gridAnchors(16, 2), ...gridAnchors(8, 6)], threshold: 0.5 };
const fullRange: Detector = { model: 'fullRange', size: 192, anchors: gridAnchors(48, 1), threshold: 0.6 };

function wholeSquare({ width, height }: View): Square {
  return { cx: width / 2, cy: height / 2, side: Math.max(width, height), rotation: 0 };
}

/** Squares of 0.65 of the longer side that cover the view and overlap by 30 % or more. */
function halfTiles({ width, height }: View): Square[] {
  const side = 0.65 * Math.max(width, height);
  const centres = (length: number): number[] => {
    const count = Math.max(1, Math.ceil((length - 0.3 * side) / (0.7 * side)));
    if (count === 1) return [length / 2];
    return Array.from({ length: count }, (_, i) => side / 2 + (i * (length - side)) / (count - 1));
  };
  return centres(height).flatMap((cy) => centres(width).map((cx) => ({ cx, cy, side, rotation: 0 })));
}

/** Whether a box ends at a tile's edge inside the view: a part of a face that another tile sees whole. */
function isCutByTile(box: Box, { cx, cy, side }: Square, { width, height }: View): boolean {
  const slack = 0.02 * side;
  const [left, top, right, bottom] = [cx - side / 2, cy - side / 2, cx + side / 2, cy + side / 2];
  return (
    (left > 0 && box.x < left + slack) ||
    (top > 0 && box.y < top + slack) ||
    (right < width && box.x + box.width > right - slack) ||
    (bottom < height && box.y + box.height > bottom - slack)
  );
}

/** Turns the model's tensors into boxes: for each anchor a box, six keypoints and a score's logit. */
function decode(outputs: readonly Float32Array[], square: Square, { size, anchors, threshold }: Detector): Detection[] {
  const [logits, boxes] = outputs.toSorted((a, b) => a.length - b.length) as [Float32Array, Float32Array];
  const least = Math.log(threshold / (1 - threshold));
  const left = square.cx - square.side / 2;
  const top = square.cy - square.side / 2;
  const found: Detection[] = [];
  anchors.forEach((anchor, i) => {
    if (!(logits[i]! >= least)) return;
    const value = (k: number): number => (boxes[16 * i + k]! / size) * square.side;
    const point = (k: number): Point => ({ x: left + anchor.x * square.side + value(k), y: top + anchor.y * square.side + value(k + 1) });
    const centre = point(0);
    const [width, height] = [value(2), value(3)];
    found.push({
      box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
      keypoints: [4, 6, 8, 10, 12, 14].map(point),
      score: 1 / (1 + Math.exp(-Math.min(100, logits[i]!))),
    });
  });
  return found;
}

/** Weighted non-maximum suppression: boxes that overlap the best one blend into it by their scores. */
function blendOverlaps(detections: readonly Detection[]): Detection[] {
  const blended: Detection[] = [];
  let rest = byScore(detections);
  while (rest[0] !== undefined) {
    const best = rest[0];
    const overlaps = (other: Detection): boolean => other === best || intersectionOverUnion(other.box, best.box) > sameFaceUnion;
    blended.push(blend(rest.filter(overlaps), best.score));
    rest = rest.filter((other) => !overlaps(other));
  }
  return blended;
}

function blend(cluster: readonly Detection[], score: number): Detection {
  const total = cluster.reduce((sum, detection) => sum + detection.score, 0);
  const mean = (pick: (detection: Detection) => number): number =>
    cluster.reduce((sum, detection) => sum + pick(detection) * detection.score, 0) / total;
  return {
    box: { x: mean((d) => d.box.x), y: mean((d) => d.box.y), width: mean((d) => d.box.width), height: mean((d) => d.box.height) },
    keypoints: cluster[0]!.keypoints.map((_, k) => ({ x: mean((d) => d.keypoints[k]!.x), y: mean((d) => d.keypoints[k]!.y) })),
    score,
  };
}

/** Of several looks at the same face, keeps the one with the best score. */
function dropDoubles(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const detection of byScore(detections)) {
    const { box } = detection;
    const isDouble = kept.some(
      (other) =>
        intersectionOverUnion(box, other.box) > sameFaceUnion ||
        intersection(box, other.box) > sameFaceSmaller * Math.min(box.width * box.height, other.box.width * other.box.height),
    );
    if (!isDouble) kept.push(detection);
  }
  return kept;
}

function byScore(detections: readonly Detection[]): Detection[] {
  return detections.toSorted((a, b) => b.score - a.score);
}
