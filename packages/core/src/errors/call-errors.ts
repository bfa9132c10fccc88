import { describe } from './describe.ts';
import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** `slimDegree` is not a number in the accepted range. */
export class InvalidSlimDegreeError extends SlimFaceError {
  static readonly code = 'INVALID_SLIM_DEGREE';
  readonly code = 'INVALID_SLIM_DEGREE';
  readonly min: number;
  readonly max: number;
  readonly received: unknown;

  constructor(fields: { received: unknown; min: number; max: number }, options?: SlimFaceErrorOptions) {
    super(`Expected slimDegree between ${fields.min} and ${fields.max} but received ${describe(fields.received)}`, options);
    this.min = fields.min;
    this.max = fields.max;
    this.received = fields.received;
  }
}

/** An argument has the wrong type or value. */
export class InvalidInputError extends SlimFaceError {
  static readonly code = 'INVALID_INPUT';
  readonly code = 'INVALID_INPUT';

  /**
   * @param expected what is accepted, with the name of the option, e.g. `'quality between 1 and 100'`
   * @param received the value itself, of which only the kind and short values reach the message, or `InWords`
   */
  constructor(expected: string, received: unknown, options?: SlimFaceErrorOptions) {
    super(`Expected ${expected} but received ${describe(received)}`, options);
  }
}

/** The caller's signal was aborted; `cause` is the signal's reason. */
export class AbortedError extends SlimFaceError {
  static readonly code = 'ABORTED';
  readonly code = 'ABORTED';

  constructor(options?: SlimFaceErrorOptions) {
    super('The call was aborted', options);
  }
}

/** The upload ended before the image was complete. */
export class UploadInterruptedError extends SlimFaceError {
  static readonly code = 'UPLOAD_INTERRUPTED';
  static override readonly retryable = true;
  readonly code = 'UPLOAD_INTERRUPTED';

  /** @param reason what happened, e.g. `'the client disconnected'` */
  constructor(reason: string, options?: SlimFaceErrorOptions) {
    super(`Expected a complete upload but ${reason}`, options);
  }
}

/** A fault of ours, or a call to an engine that was closed. */
export class InternalError extends SlimFaceError {
  static readonly code = 'INTERNAL';
  readonly code = 'INTERNAL';
}
