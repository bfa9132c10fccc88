import { readFile } from 'node:fs/promises';
import type { FaceWish, Point, ResolvedFaceShape } from '@slimface/core';
import * as fc from 'fast-check';
import { createLocalEngine } from '../src/index.ts';
import type { FaceToSlim } from '../src/stages/field.ts';
import { groups, portrait } from './_photos.ts';

/** Landmarks around the point between the eyes, in half-widths of the face, with the eyes level. */
export type Mesh = readonly Point[];

/** The meshes of the portrait and of all faces in the group photos, near-frontal ones and turned ones. */
export async function loadMeshes(): Promise<Mesh[]> {
  const engine = await createLocalEngine();
  const faces = [];
  for (const path of [portrait, ...groups.map((group) => group.path)]) faces.push(...(await engine.detectFaces(await readFile(path))));
  await engine.close();
  return faces.map(({ landmarks }) => toMesh(landmarks));
}

function toMesh(landmarks: readonly Point[]): Mesh {
  const [left, right] = [landmarks[33]!, landmarks[263]!];
  const [x, y] = [right.x - left.x, right.y - left.y];
  const turned = landmarks.map((point) => {
    const [dx, dy] = [point.x - (left.x + right.x) / 2, point.y - (left.y + right.y) / 2];
    return { x: (dx * x + dy * y) / Math.hypot(x, y), y: (dy * x - dx * y) / Math.hypot(x, y) };
  });
  const along = turned.map((point) => point.x);
  const halfWidth = (Math.max(...along) - Math.min(...along)) / 2;
  return turned.map((point) => ({ x: point.x / halfWidth, y: point.y / halfWidth }));
}

/**
 * Landmarks that change places when a face is mirrored, left and right by turns; those on the midline are left out. Measured
 * as the landmarks that come nearest to each other in the group photos and the same photos mirrored.
 */
const swapped: readonly number[] = [
  3, 248, 7, 249, 20, 250, 21, 251, 22, 252, 23, 253, 24, 254, 25, 255, 26, 256, 27, 257, 28, 258, 29, 259, 30, 260, 31, 261, 32, 262, 33, 263,
  34, 264, 35, 265, 36, 266, 37, 267, 38, 268, 39, 269, 40, 270, 41, 271, 42, 272, 43, 273, 44, 274, 45, 275, 46, 276, 47, 277, 48, 278, 49, 279,
  50, 280, 51, 281, 52, 282, 53, 283, 54, 284, 55, 285, 56, 286, 57, 287, 58, 288, 59, 289, 60, 290, 61, 291, 62, 292, 63, 293, 64, 294, 65, 295,
  66, 296, 67, 297, 68, 298, 69, 299, 70, 300, 71, 301, 72, 302, 73, 303, 74, 304, 75, 305, 76, 306, 77, 307, 78, 308, 79, 309, 80, 310, 81, 311,
  82, 312, 83, 313, 84, 314, 85, 315, 86, 316, 87, 317, 88, 318, 89, 319, 90, 320, 91, 321, 92, 322, 93, 323, 95, 324, 96, 325, 97, 326, 98, 327,
  99, 328, 100, 329, 101, 330, 102, 331, 103, 332, 104, 333, 105, 334, 106, 335, 107, 336, 108, 337, 109, 338, 110, 339, 111, 340, 112, 341,
  113, 342, 114, 343, 115, 344, 116, 345, 117, 346, 118, 347, 119, 348, 120, 349, 121, 350, 122, 351, 123, 352, 124, 353, 125, 354, 126, 355,
  127, 356, 128, 357, 129, 358, 130, 359, 131, 360, 132, 361, 133, 362, 134, 363, 135, 364, 136, 365, 137, 366, 138, 367, 139, 368, 140, 369,
  141, 370, 142, 371, 143, 372, 144, 373, 145, 374, 146, 375, 147, 376, 148, 377, 149, 378, 150, 379, 153, 380, 154, 381, 155, 382, 156, 383,
  157, 384, 158, 385, 159, 386, 160, 387, 161, 388, 162, 389, 163, 390, 165, 391, 166, 392, 167, 393, 169, 394, 170, 395, 171, 396, 172, 397,
  173, 398, 174, 399, 176, 400, 177, 401, 178, 402, 179, 403, 180, 404, 181, 405, 182, 406, 183, 407, 184, 408, 185, 409, 186, 410, 187, 411,
  188, 412, 189, 413, 190, 414, 191, 415, 192, 416, 193, 417, 194, 418, 196, 419, 198, 420, 201, 421, 202, 422, 203, 423, 204, 424, 205, 425,
  206, 426, 207, 427, 208, 428, 209, 429, 210, 430, 211, 431, 212, 432, 213, 433, 214, 434, 215, 435, 216, 436, 217, 437, 218, 438, 219, 439,
  220, 440, 221, 441, 222, 442, 223, 443, 224, 444, 225, 445, 226, 446, 227, 447, 228, 448, 229, 449, 230, 450, 231, 451, 232, 452, 233, 453,
  234, 454, 235, 455, 236, 456, 237, 457, 238, 458, 239, 459, 240, 460, 241, 461, 242, 462, 243, 463, 244, 464, 245, 465, 246, 466, 247, 467,
];

/** For each landmark its counterpart on the other side of the face, which is itself on the midline. */
export const counterparts: readonly number[] = Array.from({ length: 468 }, (_, index) => {
  const at = swapped.indexOf(index);
  return at === -1 ? index : swapped[at % 2 === 0 ? at + 1 : at - 1]!;
});

/** What becomes of a mesh before it lies in a picture. */
export interface Placement {
  readonly mesh: number;
  /** Where the eyes are, as shares of the picture's sides. */
  readonly at: Point;
  /** In pixels. */
  readonly halfWidth: number;
  /** In degrees. */
  readonly roll: number;
  readonly mirrored: boolean;
  /** Factors along and across the eyes; a turned head is narrower, and 0 makes a line of it. */
  readonly squeeze: Point;
  /** How much nearer one cheek is than the other: the divisor grows by this for each half-width. */
  readonly perspective: number;
  /** Largest error of a landmark in half-widths, and what it is drawn from. */
  readonly jitter: number;
  readonly seed: number;
}

/** The landmarks of a placement in a picture. */
export function place(meshes: readonly Mesh[], placement: Placement, width: number, height: number): Point[] {
  const { at, halfWidth, roll, mirrored, squeeze, perspective, jitter } = placement;
  const [cos, sin] = [Math.cos((roll * Math.PI) / 180) * halfWidth, Math.sin((roll * Math.PI) / 180) * halfWidth];
  const random = randomFrom(placement.seed);
  return meshes[placement.mesh % meshes.length]!.map((point) => {
    const divisor = Math.max(0.2, 1 + perspective * point.x);
    const x = ((mirrored ? -1 : 1) * squeeze.x * point.x) / divisor + jitter * random();
    const y = (squeeze.y * point.y) / divisor + jitter * random();
    return { x: at.x * width + x * cos - y * sin, y: at.y * height + x * sin + y * cos };
  });
}

/** Numbers from -1 to 1, the same ones for the same seed (a linear congruential generator with the constants of C's). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) / 2 ** 22 - 1;
  };
}

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

/** A face as a camera may see it, most of it in the picture. */
export const seenFace: fc.Arbitrary<Placement> = faceAround(-0.1, 1.1);

/** The same in the middle of the picture, where several faces are in each other's way. */
export const crowdedFace: fc.Arbitrary<Placement> = faceAround(0.3, 0.7);

/** A face with its eyes between two shares of the picture's sides. Without bias, or most values were the least ones. */
function faceAround(from: number, to: number): fc.Arbitrary<Placement> {
  return fc.noBias(
    fc.record({
      mesh: fc.nat(22),
      at: fc.record({ x: between(from, to), y: between(from, to) }),
      halfWidth: fc.oneof(between(10, 60), between(20, 250)),
      roll: between(-180, 180),
      mirrored: fc.boolean(),
      squeeze: fc.record({ x: between(0.5, 1), y: between(0.8, 1.2) }),
      perspective: between(-0.5, 0.5),
      jitter: between(0, 0.03),
      seed: fc.nat(),
    }),
  );
}

/** What no detector should ever say: lines, points, clouds, faces far outside, of no size and larger than any picture. */
export const brokenFace: fc.Arbitrary<Placement> = fc.record({
  mesh: fc.nat(22),
  at: fc.record({ x: between(-3, 4), y: between(-3, 4) }),
  halfWidth: fc.oneof(fc.constantFrom(0, 1e-9, 0.01, 1, 3, 2000, 1e5), between(0, 300)),
  roll: fc.oneof(fc.constantFrom(0, 90, 180, -90, 45), between(-180, 180)),
  mirrored: fc.boolean(),
  squeeze: fc.record({ x: fc.constantFrom(0, 1e-9, 0.01, 0.2, 1), y: fc.constantFrom(0, 1e-9, 0.01, 0.2, 1, 3) }),
  perspective: between(-3, 3),
  jitter: fc.constantFrom(0, 0, 1e-9, 0.1, 0.3, 2),
  seed: fc.nat(),
});

const control = fc.oneof(fc.constantFrom(0, -1, 1), between(-1, 1));

export const anyShape: fc.Arbitrary<ResolvedFaceShape> = fc.record({ jaw: control, cheek: control, chin: control, chinWidth: control, symmetry: control });

export const anyDegree: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 2), between(0, 2));

/** Any degree with any shape. */
export const anyWish: fc.Arbitrary<FaceWish> = fc.record({ slimDegree: anyDegree, shape: anyShape });

const most = fc.constantFrom(-1, 1);

/** As much as a face can be asked for. */
export const boldWish: fc.Arbitrary<FaceWish> = fc.record({
  slimDegree: fc.constant(2),
  shape: fc.record({ jaw: most, cheek: most, chin: most, chinWidth: most, symmetry: most }),
});

/** Placed faces with what is to happen to them. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly (Placement & FaceWish)[];
}

/** A picture with one to `maxFaces` faces, which overlap now and then. */
export function scenesOf(face: fc.Arbitrary<Placement>, wish: fc.Arbitrary<FaceWish>, maxFaces: number): fc.Arbitrary<Scene> {
  const wished = fc.tuple(face, wish).map(([placement, ofFace]) => ({ ...placement, ...ofFace }));
  const side = fc.oneof(fc.integer({ min: 16, max: 200 }), fc.integer({ min: 200, max: 600 }));
  return fc.record({ width: side, height: side, faces: fc.array(wished, { minLength: 1, maxLength: maxFaces, size: 'max' }) });
}

/** The faces of a scene as the field's builder takes them. */
export function facesOf(meshes: readonly Mesh[], { width, height, faces }: Scene): FaceToSlim[] {
  return faces.map(({ slimDegree, shape, ...placement }) => ({ landmarks: place(meshes, placement, width, height), slimDegree, shape }));
}
