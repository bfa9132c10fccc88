import type { SlimFaceError, SlimFaceErrorCode } from '@slimface/core';

/** Statuses for hosts that answer over HTTP. Whatever is missing here is a fault on the server's side: 500. */
const statuses: Partial<Record<SlimFaceErrorCode, number>> = {
  INVALID_SLIM_DEGREE: 400,
  FILE_TOO_LARGE: 422,
  UNSUPPORTED_FORMAT: 422,
  UNREADABLE_IMAGE: 422,
  RESOLUTION_OUT_OF_RANGE: 422,
  NO_FACE: 422,
  TOO_MANY_FACES: 422,
  FACE_TOO_SMALL: 422,
  FACE_UNUSABLE: 422,
  UPSTREAM_UNAVAILABLE: 502,
  UPSTREAM_PROTOCOL: 502,
  RESULT_EXPIRED: 502,
  RESULT_UNAVAILABLE: 502,
  // The limits of a remote engine are those of the server's account, not of whoever asked the server.
  BUSY: 503,
  RATE_LIMITED: 503,
  UPSTREAM_TIMEOUT: 504,
};

/** Status with which a server answers for an error: 4xx when the address or the image is at fault, 5xx otherwise. */
export function httpStatusOf({ code }: SlimFaceError): number {
  return statuses[code] ?? 500;
}
