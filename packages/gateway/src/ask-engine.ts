import {
  ailabErrorCodes,
  BusyError,
  InsufficientCreditsError,
  InternalError,
  InvalidInputError,
  isAilabErrorCode,
  RateLimitedError,
  ResultUnavailableError,
  type RetryAfterOptions,
  SlimFaceError,
  type SlimFaceErrorCode,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '@slimface/core';

type Failure = readonly [told: new (message: string, options: RetryAfterOptions) => SlimFaceError, words: string];

/** What can be the matter with an engine, and what callers read of it. */
const failures: Partial<Record<SlimFaceErrorCode, Failure>> = {
  INSUFFICIENT_CREDITS: [InsufficientCreditsError, "Expected enough credits in the gateway's account but the engine has too few; who runs the gateway has to buy some"],
  RATE_LIMITED: [RateLimitedError, 'Expected fewer calls in this time but the engine takes no more of the gateway'],
  BUSY: [BusyError, 'Expected free capacity but the engine has none at the moment'],
  UPSTREAM_UNAVAILABLE: [UpstreamUnavailableError, 'Expected an answer of the engine but it could not be reached or failed'],
  UPSTREAM_TIMEOUT: [UpstreamTimeoutError, 'Expected an answer of the engine in time but it took too long'],
  UPSTREAM_PROTOCOL: [UpstreamProtocolError, 'Expected an answer of the engine but received one that cannot be read'],
  RESULT_UNAVAILABLE: [ResultUnavailableError, 'Expected the result of the engine but it could not be fetched'],
  // For who waits for the result, it was never there: another try makes a new one.
  RESULT_EXPIRED: [ResultUnavailableError, 'Expected the result of the engine but it is gone'],
  // About the gateway itself: nothing that a caller could mend.
  UNAUTHORIZED: [InternalError, "The engine refuses the gateway's own key"],
  FORBIDDEN: [InternalError, "The engine refuses the gateway's own key"],
  INVALID_SLIM_DEGREE: [InternalError, 'The engine refuses a slimDegree that its requirements allow'],
};

/**
 * Asks an engine. What it fails with is told in words of our own, because those of a remote engine name hosts and quote
 * answers; they are in the `cause`, which `toCallerError` logs.
 *
 * @throws {SlimFaceError} as callers may read it
 */
export async function askEngine<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof SlimFaceError ? inOurWords(error) : error;
  }
}

function inOurWords(error: SlimFaceError & { readonly retryAfter?: number }): SlimFaceError {
  const { billed, retryAfter, requestId, logId, upstream } = error;
  const circumstances = { billed, ...(requestId !== undefined && { requestId }), ...(logId !== undefined && { logId }), cause: error };
  const failure = failures[error.code];
  if (failure !== undefined) {
    const [Told, words] = failure;
    const retryable = Told === InternalError ? false : error.code === 'RESULT_EXPIRED' || error.retryable;
    const message = [words, retryable && (retryAfter === undefined ? 'try again later' : `try again in ${Math.ceil(retryAfter)} s`), price[billed]].filter(Boolean).join('; ');
    return new Told(message, { ...circumstances, retryable, ...(retryAfter !== undefined && { retryAfter }) });
  }
  if (upstream === undefined) return error; // about the photo, and in words of our own
  const advice = isAilabErrorCode(upstream.code) && isAboutPhoto(upstream.code) ? `. ${ailabErrorCodes[upstream.code].advice}` : '';
  if (error instanceof InvalidInputError) {
    return new InvalidInputError('', undefined, { ...circumstances, message: `Expected a photo that the engine takes but it refuses this one${advice}` });
  }
  // It keeps its type and fields. What core put behind its own words goes, so that doing it twice changes nothing.
  const theirs = ` (${[upstream.code === 'unknown' ? '' : upstream.code, upstream.message].filter(Boolean).join(': ')})`;
  return error.message.endsWith(theirs) ? Object.assign(error, { message: error.message.slice(0, -theirs.length) + advice }) : error;
}

const price = { no: false, yes: 'this call has been paid for', unknown: 'this call may have been paid for' } as const;

function isAboutPhoto(code: keyof typeof ailabErrorCodes): boolean {
  return ['image', 'face'].includes(ailabErrorCodes[code].category);
}
