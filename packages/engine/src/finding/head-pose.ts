import type { Face } from '@slimface/core';
import type { DeepPoint } from './mesh.ts';

type Vector = readonly [x: number, y: number, z: number];

/** Pairs of landmarks that mirror each other, from the picture's left to its right: eyes, temples, cheeks, mouth. */
const pairs = [[33, 263], [127, 356], [234, 454], [58, 288], [61, 291]] as const;
const forehead = 10;
const chin = 152;

const degrees = 180 / Math.PI;

/**
 * The angles of a head, from the axes of its mesh: sideways through the mirrored pairs, and down from forehead to chin, a line
 * that is upright to within a degree in MediaPipe's canonical face. Turning a level head by pitch, then yaw, then roll gives
 * the axes, so that tilting a picture changes roll alone.
 *
 * @param landmarks of the upright view, with depths in pixels that grow away from the viewer
 * @returns degrees, signed as `Face` says
 */
export function headPose(landmarks: readonly DeepPoint[]): Required<Pick<Face, 'roll' | 'yaw' | 'pitch'>> {
  const [sx, sy, sz] = pairs.reduce<Vector>((sum, [left, right]) => add(sum, between(landmarks[left]!, landmarks[right]!)), [0, 0, 0]);
  const [dx, dy, dz] = between(landmarks[forehead]!, landmarks[chin]!);
  const roll = Math.atan2(sy, sx);
  const across = Math.hypot(sx, sy);
  const yaw = Math.atan2(sz, across);
  // Downwards in the head's own frame: along the picture's plane and across it, without what is due to roll and yaw.
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const [levelX, levelY] = [dx * cos + dy * sin, dy * cos - dx * sin];
  const depth = dz * Math.cos(yaw) - levelX * Math.sin(yaw);
  const pitch = Math.atan2(-depth, levelY);
  return { roll: wrap(roll * degrees), yaw: yaw * degrees, pitch: Math.max(-90, Math.min(90, pitch * degrees)) };
}

function wrap(angle: number): number {
  return angle <= -180 ? angle + 360 : angle;
}

function between(from: DeepPoint, to: DeepPoint): Vector {
  return [to.x - from.x, to.y - from.y, to.z - from.z];
}

function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
