import type { AilabErrorCode } from '../ailab/answer/error-codes.ts';

/** Stable codes of every error that slimface raises on purpose. */
export type SlimFaceErrorCode =
  | 'FILE_TOO_LARGE'
  | 'UNSUPPORTED_FORMAT'
  | 'UNREADABLE_IMAGE'
  | 'RESOLUTION_OUT_OF_RANGE'
  | 'NO_FACE'
  | 'TOO_MANY_FACES'
  | 'FACE_TOO_SMALL'
  | 'FACE_UNUSABLE'
  | 'INVALID_SLIM_DEGREE'
  | 'INVALID_INPUT'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'INSUFFICIENT_CREDITS'
  | 'RATE_LIMITED'
  | 'BUSY'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_PROTOCOL'
  | 'RESULT_EXPIRED'
  | 'RESULT_UNAVAILABLE'
  | 'UPLOAD_INTERRUPTED'
  | 'ABORTED'
  | 'INTERNAL';

/** Whether the call was paid for: `unknown` when the answer was lost after the request had been sent. */
export type Billed = 'no' | 'yes' | 'unknown';

/** What a remote engine said, kept as it was received; only keys and addresses are taken out. */
export interface UpstreamRefusal {
  /** One of the documented codes, or a name that nobody documented; `'unknown'` when there was none. */
  readonly code: AilabErrorCode | (string & {});
  readonly httpStatus: number;
  readonly message: string;
  /** What to do about the code, in one line; absent for codes that nobody documented. */
  readonly advice?: string;
}

/** Circumstances of an error that any class in the tree can carry. */
export interface SlimFaceErrorOptions {
  readonly cause?: unknown;
  /** @default what its class says about its fields */
  readonly message?: string;
  /** @default what its class says */
  readonly retryable?: boolean;
  /** @default 'no' */
  readonly billed?: Billed;
  readonly requestId?: string;
  readonly logId?: string;
  readonly upstream?: UpstreamRefusal;
}

const brand = Symbol.for('slimface.error');

/**
 * Root of every error that slimface raises on purpose.
 *
 * `instanceof` also recognises errors of another copy of this package in the same process:
 * the root by a brand, each class below it by its `code`.
 */
export abstract class SlimFaceError extends Error {
  abstract readonly code: SlimFaceErrorCode;
  /** What `retryable` is for an error of this class when nothing more is known. */
  static readonly retryable: boolean = false;
  /** Whether the same call may succeed later without a change on the caller's side. */
  readonly retryable: boolean;
  readonly billed: Billed;
  declare readonly requestId?: string;
  declare readonly logId?: string;
  declare readonly upstream?: UpstreamRefusal;

  constructor(message: string, options: SlimFaceErrorOptions = {}) {
    const { upstream } = options;
    // A code alone can mislead, so what the other side said about it stands beside our own words.
    const theirs = [upstream?.code === 'unknown' ? '' : upstream?.code, upstream?.message].filter(Boolean).join(': ');
    const ours = options.message ?? message;
    super(theirs === '' ? ours : `${ours} (${theirs})`, 'cause' in options ? { cause: options.cause } : undefined);
    // Not enumerable, so that neither shows up when the error is logged or serialised.
    Object.defineProperties(this, { name: { value: nameOf(new.target), configurable: true }, [brand]: { value: true } });
    this.retryable = options.retryable ?? new.target.retryable;
    this.billed = options.billed ?? 'no';
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.logId !== undefined) this.logId = options.logId;
    if (upstream !== undefined) this.upstream = upstream;
  }

  static override [Symbol.hasInstance](this: { prototype: unknown; code?: SlimFaceErrorCode }, value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    if (Object.prototype.isPrototypeOf.call(this.prototype as object, value)) return true;
    if (!(brand in value)) return false;
    if (!Object.hasOwn(this, 'code')) return (this as unknown) === SlimFaceError;
    return (value as { code?: unknown }).code === this.code;
  }
}

/** `NO_FACE` → `NoFaceError`. Minifiers rename classes, so the name of one of ours comes from its code. */
function nameOf(errorClass: { readonly name: string; readonly code?: SlimFaceErrorCode }): string {
  if (!Object.hasOwn(errorClass, 'code') || errorClass.code === undefined) return errorClass.name;
  const words = errorClass.code.toLowerCase().split('_');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Error`;
}
