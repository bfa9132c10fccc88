/*
 * Indices into MediaPipe's 468-point face mesh, as @mediapipe/face_mesh exports them. "Left" is the left of an
 * unmirrored upright photo, which is the person's right.
 */

export const top = 10;
export const chin = 152;
export const leftEye = { outer: 33, inner: 133 } as const;
export const rightEye = { outer: 263, inner: 362 } as const;

/** The face oval from the top of the forehead to the chin, down either side. */
export const ovalLeft: readonly number[] = [10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152];
export const ovalRight: readonly number[] = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152];

/** Lower lids, nose and lips: what must stay where it is while the jaw moves. */
export const features: readonly number[] = [
  ...[33, 7, 163, 144, 145, 153, 154, 155, 133],
  ...[263, 249, 390, 373, 374, 380, 381, 382, 362],
  ...[1, 4, 48, 64, 98, 278, 294, 327],
  ...[61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409],
];

/** The lower edge of the lower lip. */
export const lipsBottom: readonly number[] = [91, 181, 84, 17, 314, 405, 321];

/** Pairs of the oval around the corner of the jaw, from the ear downwards: where the narrowing of a face is measured. */
export const jawPairs: readonly (readonly [left: number, right: number])[] = [[58, 288], [172, 397], [136, 365]];

/** The oval's outermost points on most faces. */
export const templePair: readonly [left: number, right: number] = [127, 356];
