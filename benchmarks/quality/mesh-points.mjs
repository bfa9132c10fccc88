// Points of the 468-point face mesh that the measures speak of. Left is the left of an upright photo.

/** Pairs across the face from the ears (first) to beside the chin (last). */
export const jawPairs = [[234, 454], [93, 323], [132, 361], [58, 288], [172, 397], [136, 365], [150, 379], [149, 378], [176, 400], [148, 377]];
/** The pairs around the corner of the jaw; their mean is "the narrowing". */
export const cornerPairs = [[58, 288], [172, 397], [136, 365]];
/** The first of the pairs below the ear lobe. */
export const lobePair = 2;

export const [forehead, bridge, chin] = [10, 168, 152];
export const outerEyes = [33, 263];

/** Eyes, nose and mouth: what must not move. */
export const features = [
  ...[33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173],
  ...[263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398],
  ...[168, 6, 197, 195, 5, 1, 4, 19, 94, 2, 48, 64, 98, 278, 294, 327],
  ...[61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409],
  ...[78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415],
];

/** The oval around the face. */
export const oval = [
  ...[10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377],
  ...[152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109],
];

/** The face's edge from beside the eyes (first) down to the chin, on either side. */
export const edges = [
  [127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152],
  [356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152],
];
/** The mesh points nearest to those of the 68-point model on the bridge of the nose (28, 29), at its tip (30) and under it (33). */
export const noseOf68 = { 28: 197, 29: 5, 30: 4, 33: 2 };
