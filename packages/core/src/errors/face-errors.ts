import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** No face was found in the photo. */
export class NoFaceError extends SlimFaceError {
  static readonly code = 'NO_FACE';
  readonly code = 'NO_FACE';

  constructor(options?: SlimFaceErrorOptions) {
    super('Expected a photo with at least 1 face but found 0', options);
  }
}

/** More faces were found than the engine accepts in one photo. */
export class TooManyFacesError extends SlimFaceError {
  static readonly code = 'TOO_MANY_FACES';
  readonly code = 'TOO_MANY_FACES';
  readonly found: number;
  readonly max: number;

  constructor(fields: { found: number; max: number }, options?: SlimFaceErrorOptions) {
    super(`Expected at most ${fields.max} faces but found ${fields.found}`, options);
    this.found = fields.found;
    this.max = fields.max;
  }
}

/** Every face in the photo is smaller than the engine accepts. */
export class FaceTooSmallError extends SlimFaceError {
  static readonly code = 'FACE_TOO_SMALL';
  readonly code = 'FACE_TOO_SMALL';
  /** Box of the largest face found, in pixels. */
  readonly faceWidth: number;
  readonly faceHeight: number;
  /** Least accepted side of a face's box in pixels. */
  readonly minFaceSide: number;

  constructor(fields: { faceWidth: number; faceHeight: number; minFaceSide: number }, options?: SlimFaceErrorOptions) {
    super(
      `Expected a face of at least ${fields.minFaceSide} x ${fields.minFaceSide} px but the largest found is ${fields.faceWidth} x ${fields.faceHeight} px`,
      options,
    );
    this.faceWidth = fields.faceWidth;
    this.faceHeight = fields.faceHeight;
    this.minFaceSide = fields.minFaceSide;
  }
}

/** A face was found that cannot be worked on: blurred, covered, cut off or turned away. */
export class FaceUnusableError extends SlimFaceError {
  static readonly code = 'FACE_UNUSABLE';
  readonly code = 'FACE_UNUSABLE';

  /** @param reason why the face cannot be used, e.g. `'it is turned away from the camera'` */
  constructor(reason: string, options?: SlimFaceErrorOptions) {
    super(`Expected a face that can be worked on but ${reason}`, options);
  }
}
