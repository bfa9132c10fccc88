import type { Box, Point } from '@slimface/core';
import { intersection, intersectionOverUnion } from '../image/boxes.ts';

/** A face as a detector sees it, in pixels of the view. */
export interface Detection {
  readonly box: Box;
  /** The eye on the view's left, the other eye, nose, mouth and both ears. */
  readonly keypoints: readonly Point[];
  /** 0 to 1. */
  readonly score: number;
}

/** Boxes are of the same face when they share more than this, as a part of both together or of the smaller. */
const sameFaceUnion = 0.3;
const sameFaceSmaller = 0.6;

/** Weighted non-maximum suppression: boxes that overlap the best one blend into it by their scores. */
export function blendOverlaps(detections: readonly Detection[]): Detection[] {
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
export function dropDoubles(detections: readonly Detection[]): Detection[] {
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

/** Detections by falling score. */
export function byScore(detections: readonly Detection[]): Detection[] {
  return detections.toSorted((a, b) => b.score - a.score);
}
