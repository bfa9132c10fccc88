import { ailabErrorCodes, type SlimFaceError } from '@slimface/core';
import type { Refusal } from './envelope.ts';
import { codeMessages, RequestFault, statusOf, vendorCodeOf } from './vendor-codes.ts';

/** The one code that is not the vendor's. */
const maybeBilled = { code: 'SLIMFACE_MAY_BE_BILLED', codeMessage: 'The engine failed, and the call may have been paid for.' } as const;

/** The twin has a header of its own for keys. */
const keyExpected = 'Expected an API key of this gateway in the header ailabapi-api-key but received none that is known';

/** Says an error in the vendor's words, with the status of the vendor's table of that year. */
export function toRefusal(error: SlimFaceError, table: 2025 | 2026): Refusal {
  const code = vendorCodeOf(error);
  const refusal: Refusal = {
    status: (error instanceof RequestFault ? error.status : undefined) ?? statusOf(code, table),
    code,
    codeMessage: codeMessages[code],
    message: error.code === 'UNAUTHORIZED' ? keyExpected : error.message,
    reason: error.code,
    retryAfter: 'retryAfter' in error ? (error.retryAfter as number | undefined) : undefined,
  };
  // A code of the vendor says that nothing was paid, and some ask for another try: with a paid engine, each for money.
  const invitesToPayTwice = error.billed !== 'no' && ailabErrorCodes[code].retryable;
  return invitesToPayTwice ? { ...refusal, ...maybeBilled, status: refusal.status === 504 ? 504 : 502, retryAfter: undefined } : refusal;
}
