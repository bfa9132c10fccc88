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
  readonly max: number;
  /** Faces in the photo; absent when a remote engine did not say. */
  declare readonly found?: number;

  constructor(fields: { max: number; found?: number }, options?: SlimFaceErrorOptions) {
    super(`Expected at most ${fields.max} faces but found ${fields.found ?? 'more'}`, options);
    if (fields.found !== undefined) this.found = fields.found;
    this.max = fields.max;
  }
}

/** Every face in the photo is smaller than the engine accepts. */
export class FaceTooSmallError extends SlimFaceError {
  static readonly code = 'FACE_TOO_SMALL';
  readonly code = 'FACE_TOO_SMALL';
  /** Least accepted side of a face's box in pixels. */
  readonly minFaceSide: number;
  /** Box of the largest face found, in pixels; absent when a remote engine did not say. */
  declare readonly faceWidth?: number;
  declare readonly faceHeight?: number;

  constructor(fields: { minFaceSide: number; faceWidth?: number; faceHeight?: number }, options?: SlimFaceErrorOptions) {
    const { minFaceSide, faceWidth, faceHeight } = fields;
    const found = faceWidth === undefined || faceHeight === undefined ? 'every face found is smaller' : `the largest found is ${faceWidth} x ${faceHeight} px`;
    super(`Expected a face of at least ${minFaceSide} x ${minFaceSide} px but ${found}`, options);
    if (faceWidth !== undefined) this.faceWidth = faceWidth;
    if (faceHeight !== undefined) this.faceHeight = faceHeight;
    this.minFaceSide = minFaceSide;
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
