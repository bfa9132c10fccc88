import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** The result was kept for its time and is gone. */
export class ResultExpiredError extends SlimFaceError {
  static readonly code = 'RESULT_EXPIRED';
  readonly code = 'RESULT_EXPIRED';
  readonly expiredAt: Date;

  constructor(fields: { expiredAt: Date }, options?: SlimFaceErrorOptions) {
    super(`The result expired at ${fields.expiredAt.toISOString()}`, options);
    this.expiredAt = fields.expiredAt;
  }
}

/** The result exists but could not be fetched. */
export class ResultUnavailableError extends SlimFaceError {
  static readonly code = 'RESULT_UNAVAILABLE';
  readonly code = 'RESULT_UNAVAILABLE';
  override readonly retryable = true;
}
