/** A point in pixels, origin in the top left corner of the upright image; a pixel's centre is at +0.5. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in pixels of the upright image. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A face that an engine found. The angles are those of engines that know them, as the local one does. */
export interface Face {
  /** Bounding box of the landmarks. */
  readonly box: Box;
  /** Landmarks in the order of MediaPipe's 468-point face mesh; empty when the engine does not give any. */
  readonly landmarks: readonly Point[];
  /** Confidence that this is a face, 0 to 1. */
  readonly presence: number;
  /** Tilt of the head towards a shoulder in degrees, -180 to 180: positive is clockwise in the picture. */
  readonly roll?: number;
  /** Turn of the head in degrees about its own long axis, -90 to 90: on an upright one positive is towards the picture's right. */
  readonly yaw?: number;
  /** Nod of the head in degrees, -90 to 90: positive is looking up. */
  readonly pitch?: number;
}

/**
 * Controls of a face's shape beyond the single degree, on engines that can (the local one). Each is -1 to 1 and 0 changes
 * nothing; positive makes its part larger, negative smaller.
 */
export interface FaceShape {
  /** Width of the jaw between the ear lobes and the chin. @default 0 */
  readonly jaw?: number | undefined;
  /** Width of the face at the cheeks, between the eyes and the mouth. @default 0 */
  readonly cheek?: number | undefined;
  /** Length of the chin below the lips. @default 0 */
  readonly chin?: number | undefined;
  /** Width of the chin. @default 0 */
  readonly chinWidth?: number | undefined;
  /**
   * Balance between the two sides: on an upright face positive moves both sides of the jaw to the picture's right, negative
   * to its left, and the chin stays.
   * @default 0
   */
  readonly symmetry?: number | undefined;
}

/**
 * Why a face was slimmed with care, less than asked for on one side, or from landmarks that are coarse:
 * - `FACE_ROTATED`: it lies on its side or upside down
 * - `FACE_PROFILE`: it is turned aside, and its far side moved by less than half, or not at all
 * - `FACE_AT_BORDER`: it reaches the border of the picture or comes near it, which holds the slimming back there
 * - `FACE_SMALL`: it is so small that its outline is known to a pixel or two only
 */
export type FaceWarning = 'FACE_ROTATED' | 'FACE_PROFILE' | 'FACE_AT_BORDER' | 'FACE_SMALL';

/** A face together with what was done to it. The last three are told by engines that measure, as the local one does. */
export interface SlimmedFace extends Face {
  readonly slimDegree: number;
  /** Width that the jaw lost, in pixels and in percent of its width; negative where it got wider. */
  readonly narrowing?: { readonly pixels: number; readonly percent: number };
  /** What the face's displacement was scaled by to keep the picture from folding, 0 to 1; 1 where that was not needed. */
  readonly lambda?: number;
  readonly warnings?: readonly FaceWarning[];
}

/** How to slim one face, in place of the call's `slimDegree` and `shape`. The face is named by `index` or by `at`. */
export type FaceDegree = FaceName & {
  /**
   * 0 to 2.
   * @default the call's `slimDegree`, or 1 where it has none
   */
  readonly slimDegree?: number | undefined;
  /** @default the call's `shape` */
  readonly shape?: FaceShape | undefined;
};

/** Which face is meant. */
export type FaceName =
  | {
      /** Index of the face as `detectFaces` lists it, from left to right. */
      readonly index: number;
      readonly at?: undefined;
    }
  | {
      /** A point inside the face's box, in pixels of the upright image. Where boxes overlap, the nearest centre counts. */
      readonly at: Point;
      readonly index?: undefined;
    };
