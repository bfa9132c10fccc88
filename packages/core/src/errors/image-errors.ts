import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** The image holds more bytes than the engine accepts. */
export class FileTooLargeError extends SlimFaceError {
  static readonly code = 'FILE_TOO_LARGE';
  readonly code = 'FILE_TOO_LARGE';
  /** Most bytes that are accepted. */
  readonly maxBytes: number;
  /** Bytes received; absent when reading stopped at the limit. */
  declare readonly byteSize?: number;

  constructor(fields: { maxBytes: number; byteSize?: number }, options?: SlimFaceErrorOptions) {
    const received = fields.byteSize === undefined ? 'more than that' : `${fields.byteSize} bytes`;
    super(`Expected an image of at most ${fields.maxBytes} bytes but received ${received}`, options);
    this.maxBytes = fields.maxBytes;
    if (fields.byteSize !== undefined) this.byteSize = fields.byteSize;
  }
}

/** The first bytes are those of a format that the engine does not take, or of no known image format. */
export class UnsupportedFormatError extends SlimFaceError {
  static readonly code = 'UNSUPPORTED_FORMAT';
  readonly code = 'UNSUPPORTED_FORMAT';
  /** Media types that are accepted. */
  readonly accepted: readonly string[];
  /** What the bytes are, `null` when nobody knows. */
  readonly detected: string | null;

  constructor(fields: { accepted: readonly string[]; detected: string | null }, options?: SlimFaceErrorOptions) {
    super(`Expected an image of type ${fields.accepted.join(' or ')} but received ${fields.detected ?? 'bytes of no known image format'}`, options);
    this.accepted = fields.accepted;
    this.detected = fields.detected;
  }
}

/** The bytes announce an accepted format but cannot be decoded: empty, cut off or damaged. */
export class UnreadableImageError extends SlimFaceError {
  static readonly code = 'UNREADABLE_IMAGE';
  readonly code = 'UNREADABLE_IMAGE';

  /** @param reason what is wrong with the bytes, e.g. `'the file is empty (0 bytes)'` */
  constructor(reason: string, options?: SlimFaceErrorOptions) {
    super(`Expected a complete image but ${reason}`, options);
  }
}

/** A side of the image is shorter or longer than the engine accepts. */
export class ResolutionOutOfRangeError extends SlimFaceError {
  static readonly code = 'RESOLUTION_OUT_OF_RANGE';
  readonly code = 'RESOLUTION_OUT_OF_RANGE';
  /** Sides of the image in pixels, as its header states them. */
  readonly width: number;
  readonly height: number;
  /** Accepted range of each side in pixels, both ends included. */
  readonly minSide: number;
  readonly maxSide: number;

  constructor(fields: { width: number; height: number; minSide: number; maxSide: number }, options?: SlimFaceErrorOptions) {
    super(`Expected sides of ${fields.minSide} to ${fields.maxSide} px but received ${fields.width} x ${fields.height} px`, options);
    this.width = fields.width;
    this.height = fields.height;
    this.minSide = fields.minSide;
    this.maxSide = fields.maxSide;
  }
}
