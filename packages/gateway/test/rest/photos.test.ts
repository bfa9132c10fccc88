import sharp from 'sharp';
import { type AilabErrorCode, FaceTooSmallError, FileTooLargeError, NoFaceError, ResolutionOutOfRangeError, type SlimFaceError, TooManyFacesError, UnreadableImageError, UnsupportedFormatError } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, groupPhoto, type RunningGateway, startGateway } from '../_setup.ts';
import { connectClient, failureOf } from './_twin.ts';

const blank = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'grey' } });
const portrait = fixture('astronaut.png');

type ErrorClass = abstract new (...args: never[]) => SlimFaceError;

/** What our client makes of each photo that the twin refuses, by the vendor's two tables of statuses. */
const cases: [name: string, photo: () => Buffer | Promise<Buffer>, ErrorClass, AilabErrorCode, status2026: number, status2025: number, message: RegExp][] = [
  ['a byte more than 6 MB', () => Buffer.concat([portrait], 6 * 2 ** 20 + 1), FileTooLargeError, 'FILE_SIZE_EXCEEDS_LIMIT', 413, 413, /at most 6291456 bytes but received/],
  ['twice 6 MB', () => Buffer.concat([portrait], 12 * 2 ** 20), FileTooLargeError, 'FILE_SIZE_EXCEEDS_LIMIT', 413, 413, /at most 6291456 bytes but received/],
  ['more bytes than a request may have', () => Buffer.concat([portrait], 30 * 2 ** 20), FileTooLargeError, 'FILE_SIZE_EXCEEDS_LIMIT', 413, 413, /^Expected /],
  ['a GIF', () => blank(200, 200).gif().toBuffer(), UnsupportedFormatError, 'UNSUPPORTED_FILE_TYPES', 415, 415, /image\/jpeg or image\/png but received image\/gif/],
  ['a WebP', () => blank(200, 200).webp().toBuffer(), UnsupportedFormatError, 'UNSUPPORTED_FILE_TYPES', 415, 415, /but received image\/webp/],
  ['a text', () => Buffer.from('This is not a photo.'), UnsupportedFormatError, 'UNSUPPORTED_FILE_TYPES', 415, 415, /but received bytes of no known image format/],
  ['no bytes', () => Buffer.alloc(0), UnreadableImageError, 'FILE_DECODING_FAILURE', 422, 400, /the file is empty/],
  ['a JPEG that is cut off', () => groupPhoto(1).subarray(0, 70_000), UnreadableImageError, 'FILE_DECODING_FAILURE', 422, 400, /^Expected a complete image/],
  ['a side of 127 px', () => blank(127, 300).png().toBuffer(), ResolutionOutOfRangeError, 'ERROR_LOW_RESOLUTION', 422, 422, /128 to 5000 px but received 127 x 300 px/],
  ['a side of 5001 px', () => blank(200, 5001).jpeg().toBuffer(), ResolutionOutOfRangeError, 'FILE_RESOLUTION_EXCEEDS_LIMITS', 413, 422, /but received 200 x 5001 px/],
  ['no face', () => sharp(portrait).extract({ left: 150, top: 230, width: 280, height: 280 }).toBuffer(), NoFaceError, 'ERROR_NO_FACE_IN_FILE', 422, 422, /at least 1 face but found 0/],
  ['4 faces', () => groupPhoto(4), TooManyFacesError, 'ERROR_FACE_COUNT_INVALID', 422, 422, /at most 3 faces but found 4/],
  ['a face under 64 px', () => sharp(portrait).resize(256).png().toBuffer(), FaceTooSmallError, 'ERROR_SMALL_FACE_SIZE', 422, 422, /at least 64 x 64 px but the largest found is/],
];

describe.each([2026, 2025] as const)('a photo that is refused, by the statuses of %d,', (restStatuses) => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ restStatuses });
  });
  afterAll(() => gateway.stop());

  // Most statuses are the same in both tables; docs/rest-twin.md has them all.
  const told = restStatuses === 2026 ? cases : cases.filter(([, , , , status2026, status2025]) => status2026 !== status2025);

  it.each(told)('for %s: our client throws the same class as with the vendor', async (_, photo, errorClass, code, status2026, status2025, message) => {
    const twin = connectClient(gateway);
    const error = await failureOf(twin.client.slim(await photo()));
    await twin.client.close();

    expect(error).toBeInstanceOf(errorClass);
    const status = restStatuses === 2026 ? status2026 : status2025;
    expect(error).toMatchObject({ billed: 'no', retryable: false, upstream: { code, httpStatus: status, message: expect.stringMatching(message) } });
    const [answer, ...others] = twin.answers();
    expect(others).toEqual([]);
    expect(answer).toMatchObject({ status, code });
    expect(error.requestId).toBe(answer!.headers.get('x-request-id'));
    expect(error.logId).toBe(error.requestId!.replaceAll('-', ''));
  });
});
