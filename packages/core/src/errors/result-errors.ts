import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** The result was kept for its time and is gone. */
export class ResultExpiredError extends SlimFaceError {
  static readonly code = 'RESULT_EXPIRED';
  readonly code = 'RESULT_EXPIRED';
  readonly expiredAt: Date;
  /** Where it was kept, on a remote engine. Not enumerable: whoever knows it may see the photo, so no log should. */
  declare readonly url?: string;

  constructor(fields: { expiredAt: Date; url?: string }, options?: SlimFaceErrorOptions) {
    super(`The result expired at ${fields.expiredAt.toISOString()}`, options);
    this.expiredAt = fields.expiredAt;
    if (fields.url !== undefined) Object.defineProperty(this, 'url', { value: fields.url });
  }
}

/** Adds where the result is. */
export interface ResultUnavailableOptions extends SlimFaceErrorOptions {
  readonly url?: string;
}

/** The result exists but could not be fetched. */
export class ResultUnavailableError extends SlimFaceError {
  static readonly code = 'RESULT_UNAVAILABLE';
  static override readonly retryable = true;
  readonly code = 'RESULT_UNAVAILABLE';
  /** Where it is kept, on a remote engine. Not enumerable: whoever knows it may see the photo, so no log should. */
  declare readonly url?: string;

  constructor(message: string, options: ResultUnavailableOptions = {}) {
    super(message, options);
    if (options.url !== undefined) Object.defineProperty(this, 'url', { value: options.url });
  }
}
