import type { AilabErrorCodeInfo } from './error-codes.ts';

/** What is known about a code of the service behind the API. */
export type UpstreamCodeInfo = Pick<AilabErrorCodeInfo, 'error' | 'retry' | 'advice'>;

/**
 * Codes of Alibaba Cloud's visual intelligence service that the oldest answers pass on in place of the vendor's own: those
 * where the status alone would mislead. A refusal of the vendor's own access, for one, has status 400 or 403 as if the
 * caller's request or key were at fault.
 *
 * Codes are families: `Throttling` stands for `Throttling.User` and any other `Throttling.*` too.
 * See https://help.aliyun.com/document_detail/146756.html.
 */
export const upstreamCodes: Readonly<Record<string, UpstreamCodeInfo>> = Object.freeze({
  'InvalidFile.Content': info('FACE_UNUSABLE', 'never', 'Use a photo that shows one to three faces of more than 64 x 64 pixels.'),
  'InvalidFile.Decode': info('UNREADABLE_IMAGE', 'never', 'Save the photo again as JPEG or PNG.'),
  'InvalidFile.Download': info('UPSTREAM_UNAVAILABLE', 'once', 'Try once more, since the service behind the API could not fetch the photo.'),
  'InvalidFile.Resolution': info('RESOLUTION_OUT_OF_RANGE', 'never', 'Use a photo with more than 128 and less than 5000 pixels on each side.'),
  'InvalidImage.NotFoundFace': info('NO_FACE', 'never', 'Use a photo in which a face is clearly visible.'),
  'InvalidImage.Resolution': info('RESOLUTION_OUT_OF_RANGE', 'never', 'Scale the photo to sides of more than 128 and less than 5000 pixels.'),
  'InvalidParameter.TooLarge': info('FILE_TOO_LARGE', 'never', 'Compress the photo more, or save it with fewer pixels.'),
  Throttling: info('BUSY', 'backoff', 'Send fewer photos at once.'),
  InternalError: info('UPSTREAM_UNAVAILABLE', 'backoff', 'Try again in a moment.'),
  'InternalError.Busy': info('BUSY', 'backoff', 'Try again in a few seconds.'),
  'InternalError.Timeout': info('UPSTREAM_TIMEOUT', 'backoff', 'Try again, with fewer pixels if this keeps happening.'),
  IllegalUrlParameter: info('UPSTREAM_UNAVAILABLE', 'once', 'Try once more, since the service behind the API could not open the address of the photo.'),
  AuthFailed: info('UPSTREAM_UNAVAILABLE', 'once', 'Tell the vendor that its own access to the service behind the API failed.'),
  InvalidAccessKeyId: info('UPSTREAM_UNAVAILABLE', 'once', 'Tell the vendor that the service behind the API does not accept its key.'),
  InvalidApi: info('UPSTREAM_UNAVAILABLE', 'once', 'Tell the vendor that the service behind the API is not open to it.'),
});

/** What is known about a code of the service behind the API, or about its family. */
export function findUpstreamCode(code: string): UpstreamCodeInfo | undefined {
  const name = Object.hasOwn(upstreamCodes, code) ? code : code.split('.', 1)[0]!;
  return Object.hasOwn(upstreamCodes, name) ? upstreamCodes[name] : undefined;
}

function info(error: UpstreamCodeInfo['error'], retry: UpstreamCodeInfo['retry'], advice: string): UpstreamCodeInfo {
  return Object.freeze({ error, retry, advice });
}
