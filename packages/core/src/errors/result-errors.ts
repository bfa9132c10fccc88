import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** The result was kept for its time and is gone. */
export class ResultExpiredError extends SlimFaceError {
  static readonly code = 'RESULT_EXPIRED';
  readonly code = 'RESULT_EXPIRED';
  readonly expiredAt: Date;
  readonly #url: string | undefined;

  constructor(fields: { expiredAt: Date; url?: string }, options?: SlimFaceErrorOptions) {
    super(`The result expired at ${fields.expiredAt.toISOString()}`, options);
    this.expiredAt = fields.expiredAt;
    this.#url = fields.url;
  }

  /** Where it was kept, on a remote engine. No property of the error itself: whoever knows it may see the photo, so no log should. */
  get url(): string | undefined {
    return this.#url;
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
  readonly #url: string | undefined;

  constructor(message: string, options: ResultUnavailableOptions = {}) {
    super(message, options);
    this.#url = options.url;
  }

  /** Where it is kept, on a remote engine. No property of the error itself: whoever knows it may see the photo, so no log should. */
  get url(): string | undefined {
    return this.#url;
  }
}
