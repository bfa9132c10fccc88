import { ailabErrorCodes, InvalidInputError, ResolutionOutOfRangeError, type SlimFaceError, type SlimFaceErrorCode } from '@slimface/core';

/** The codes of the vendor that the twin answers with, and what each says in one sentence: `code_message`. */
export const codeMessages = {
  MISSING_PARAMETERS: 'A field is missing.',
  PARAMETERS_CANNOT_EMPTY: 'A field is empty.',
  ERROR_PARAMETERS: 'The request is not as documented.',
  ERROR_INVALID_PARAMETER_FORMAT: 'A field is not a number.',
  ERROR_INVALID_FACE_SLIMMING_PARAMETER: 'The slimming degree is out of range.',
  FILE_SIZE_EXCEEDS_LIMIT: 'The file is too large.',
  UNSUPPORTED_FILE_TYPES: 'The file is of a type that is not supported.',
  FILE_DECODING_FAILURE: 'The file cannot be decoded.',
  FILE_RESOLUTION_EXCEEDS_LIMITS: 'The image has too many pixels.',
  ERROR_LOW_RESOLUTION: 'The image has too few pixels.',
  ERROR_NO_FACE_IN_FILE: 'There is no face in the image.',
  ERROR_FACE_COUNT_INVALID: 'The number of faces in the image is not accepted.',
  ERROR_SMALL_FACE_SIZE: 'The faces in the image are too small.',
  ERROR_FACE_UNRECOGNIZABLE: 'The face cannot be worked on.',
  ERROR_APPLICATIONS_NOT_EXISTS: 'The API key is missing or unknown.',
  ERROR_ILLEGAL_OPERATION: 'The operation is not allowed.',
  ERROR_NOT_ENOUGH_CREDITS: 'There are not enough credits.',
  EXCEEDING_LIMITS: 'There were too many requests.',
  AI_SERVICE_FLOW_RESTRICTION: 'All capacity is taken.',
  ERROR_AI_NOT_EXISTS: 'There is no such API.',
  ERROR_DATA_TRANSFER_FAILED: 'The upload did not arrive whole.',
  FILE_SERVICE_ERROR: 'The result cannot be stored or fetched.',
  AI_SERVICE_ERROR: 'The engine failed.',
  AI_SERVICE_TIMEOUT: 'The engine took too long.',
  ERROR_GATEWAY: 'The engine gave no answer that can be read.',
  SERVICE_INTERNAL_ERROR: 'Something failed inside.',
} as const;

/** A code of the vendor that the twin answers with. */
export type VendorCode = keyof typeof codeMessages;

/**
 * What each error is in the vendor's words. The vendor documents what its codes mean, not which one slimming answers with
 * when; these are the nearest.
 */
export const vendorCodes: Readonly<Record<SlimFaceErrorCode, VendorCode>> = {
  FILE_TOO_LARGE: 'FILE_SIZE_EXCEEDS_LIMIT',
  UNSUPPORTED_FORMAT: 'UNSUPPORTED_FILE_TYPES',
  UNREADABLE_IMAGE: 'FILE_DECODING_FAILURE',
  RESOLUTION_OUT_OF_RANGE: 'FILE_RESOLUTION_EXCEEDS_LIMITS', // or ERROR_LOW_RESOLUTION
  NO_FACE: 'ERROR_NO_FACE_IN_FILE',
  TOO_MANY_FACES: 'ERROR_FACE_COUNT_INVALID',
  FACE_TOO_SMALL: 'ERROR_SMALL_FACE_SIZE',
  FACE_UNUSABLE: 'ERROR_FACE_UNRECOGNIZABLE',
  INVALID_SLIM_DEGREE: 'ERROR_INVALID_FACE_SLIMMING_PARAMETER',
  INVALID_INPUT: 'ERROR_PARAMETERS', // or the code of a RequestFault
  UNAUTHORIZED: 'ERROR_APPLICATIONS_NOT_EXISTS',
  FORBIDDEN: 'ERROR_ILLEGAL_OPERATION',
  INSUFFICIENT_CREDITS: 'ERROR_NOT_ENOUGH_CREDITS',
  RATE_LIMITED: 'EXCEEDING_LIMITS',
  BUSY: 'AI_SERVICE_FLOW_RESTRICTION',
  UPSTREAM_UNAVAILABLE: 'AI_SERVICE_ERROR',
  UPSTREAM_TIMEOUT: 'AI_SERVICE_TIMEOUT',
  UPSTREAM_PROTOCOL: 'ERROR_GATEWAY',
  RESULT_EXPIRED: 'FILE_SERVICE_ERROR', // comes as RESULT_UNAVAILABLE, see askEngine
  RESULT_UNAVAILABLE: 'FILE_SERVICE_ERROR',
  UPLOAD_INTERRUPTED: 'ERROR_DATA_TRANSFER_FAILED',
  ABORTED: 'ERROR_DATA_TRANSFER_FAILED',
  INTERNAL: 'SERVICE_INTERNAL_ERROR',
};

/** The request is at fault in a way that the vendor has a code for. */
export class RequestFault extends InvalidInputError {
  readonly vendorCode: VendorCode;
  /** HTTP status, where HTTP has one for it that is not the code's. */
  readonly status: number | undefined;

  constructor(vendorCode: VendorCode, message: string, { status }: { status?: number } = {}) {
    super('', undefined, { message });
    this.vendorCode = vendorCode;
    this.status = status;
  }
}

/** The vendor's code for an error. */
export function vendorCodeOf(error: SlimFaceError): VendorCode {
  if (error instanceof RequestFault) return error.vendorCode;
  if (error instanceof ResolutionOutOfRangeError && Math.max(error.width, error.height) <= error.maxSide) return 'ERROR_LOW_RESOLUTION';
  return vendorCodes[error.code];
}

/** HTTP status of a code by the vendor's table of that year. */
export function statusOf(code: VendorCode, table: 2025 | 2026): number {
  const { httpStatus, httpStatus2025 } = ailabErrorCodes[code];
  return table === 2025 ? httpStatus2025 : httpStatus;
}

/** The vendor's code for a refusal of which only the HTTP status is known. */
export function vendorCodeOfStatus(status: number): VendorCode {
  return codesOfStatuses.get(status) ?? (status < 500 ? 'ERROR_PARAMETERS' : 'SERVICE_INTERNAL_ERROR');
}

const codesOfStatuses: ReadonlyMap<number, VendorCode> = new Map([
  [403, 'ERROR_ILLEGAL_OPERATION'],
  [404, 'ERROR_AI_NOT_EXISTS'],
  [405, 'ERROR_ILLEGAL_OPERATION'],
  [408, 'ERROR_DATA_TRANSFER_FAILED'],
  [413, 'FILE_SIZE_EXCEEDS_LIMIT'],
  [421, 'ERROR_ILLEGAL_OPERATION'],
  [429, 'EXCEEDING_LIMITS'],
]);
