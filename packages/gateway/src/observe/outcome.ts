import type { SlimFaceErrorCode } from '@slimface/core';
import { GraphQLError } from 'graphql';

/** How an operation can end, as the metrics name it. */
export type Outcome = 'OK' | SlimFaceErrorCode | 'BAD_MULTIPART_REQUEST' | 'PAYLOAD_TOO_LARGE' | 'OTHER';

const known: Readonly<Record<Outcome, true>> = {
  OK: true,
  FILE_TOO_LARGE: true,
  UNSUPPORTED_FORMAT: true,
  UNREADABLE_IMAGE: true,
  RESOLUTION_OUT_OF_RANGE: true,
  NO_FACE: true,
  TOO_MANY_FACES: true,
  FACE_TOO_SMALL: true,
  FACE_UNUSABLE: true,
  INVALID_SLIM_DEGREE: true,
  INVALID_INPUT: true,
  UNAUTHORIZED: true,
  FORBIDDEN: true,
  INSUFFICIENT_CREDITS: true,
  RATE_LIMITED: true,
  BUSY: true,
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_TIMEOUT: true,
  UPSTREAM_PROTOCOL: true,
  RESULT_EXPIRED: true,
  RESULT_UNAVAILABLE: true,
  UPLOAD_INTERRUPTED: true,
  ABORTED: true,
  INTERNAL: true,
  BAD_MULTIPART_REQUEST: true,
  PAYLOAD_TOO_LARGE: true,
  OTHER: true,
};

/** Every outcome: each is a time series of its own, so there must be no more of them than these. */
export const outcomes: readonly Outcome[] = Object.keys(known) as Outcome[];

/** The outcome that `code` stands for. */
export function outcomeOf(code: string): Outcome {
  return Object.hasOwn(known, code) ? (code as Outcome) : 'OTHER';
}

/** A short name for the kind of an error: its code where it has one. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = error instanceof GraphQLError ? error.extensions['code'] : 'code' in error ? error.code : undefined;
  return String(code ?? error.name);
}
