import { SlimFaceError, type SlimFaceErrorOptions } from './slim-face-error.ts';

/** Adds how long to wait before the same call can succeed. */
export interface RetryAfterOptions extends SlimFaceErrorOptions {
  /** Seconds to wait; absent when nobody said. */
  readonly retryAfter?: number;
}

/** The API key is missing or unknown. */
export class UnauthorizedError extends SlimFaceError {
  static readonly code = 'UNAUTHORIZED';
  readonly code = 'UNAUTHORIZED';
}

/** The API key is known but may not make this call. */
export class ForbiddenError extends SlimFaceError {
  static readonly code = 'FORBIDDEN';
  readonly code = 'FORBIDDEN';
}

/** The account has too few credits for the call. */
export class InsufficientCreditsError extends SlimFaceError {
  static readonly code = 'INSUFFICIENT_CREDITS';
  readonly code = 'INSUFFICIENT_CREDITS';
}

/** Too many calls in a given time. */
export class RateLimitedError extends SlimFaceError {
  static readonly code = 'RATE_LIMITED';
  static override readonly retryable = true;
  readonly code = 'RATE_LIMITED';
  /** Seconds to wait; absent when nobody said. */
  declare readonly retryAfter?: number;

  constructor(message: string, options: RetryAfterOptions = {}) {
    super(message, options);
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}

/** All capacity is taken at the moment. */
export class BusyError extends SlimFaceError {
  static readonly code = 'BUSY';
  static override readonly retryable = true;
  readonly code = 'BUSY';
  /** Seconds to wait; absent when nobody said. */
  declare readonly retryAfter?: number;

  constructor(message: string, options: RetryAfterOptions = {}) {
    super(message, options);
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}

/** The remote engine could not be reached or failed on its side. */
export class UpstreamUnavailableError extends SlimFaceError {
  static readonly code = 'UPSTREAM_UNAVAILABLE';
  static override readonly retryable = true;
  readonly code = 'UPSTREAM_UNAVAILABLE';
}

/** The remote engine did not answer in time. */
export class UpstreamTimeoutError extends SlimFaceError {
  static readonly code = 'UPSTREAM_TIMEOUT';
  static override readonly retryable = true;
  readonly code = 'UPSTREAM_TIMEOUT';
}

/** Adds how the answer began. */
export interface UpstreamProtocolOptions extends SlimFaceErrorOptions {
  readonly excerpt?: string;
}

/** The remote engine gave an answer that nobody can read. */
export class UpstreamProtocolError extends SlimFaceError {
  static readonly code = 'UPSTREAM_PROTOCOL';
  readonly code = 'UPSTREAM_PROTOCOL';
  /** The answer's first bytes as text, keys and addresses taken out; absent when there was no answer at all. */
  declare readonly excerpt?: string;

  constructor(message: string, options: UpstreamProtocolOptions = {}) {
    super(message, options);
    if (options.excerpt !== undefined) this.excerpt = options.excerpt;
  }
}
