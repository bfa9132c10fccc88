import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, groupPhoto, hasFixture, multipart, post, query, type RunningGateway, slimFace, slimFaceDocument, startGateway } from './_setup.ts';

const maxBytes = 6 * 2 ** 20;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const blank = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'grey' } });

describe('an image that is not accepted', () => {
  const cases: Record<string, [image: () => Buffer | Promise<Buffer>, expected: object]> = {
    'an empty file': [() => Buffer.alloc(0), { __typename: 'UnreadableImageError', code: 'UNREADABLE_IMAGE', message: 'Expected a complete image but the file is empty (0 bytes)' }],
    'text named .jpg': [
      () => Buffer.from('This is not a photo.'),
      {
        __typename: 'UnsupportedFormatError',
        code: 'UNSUPPORTED_FORMAT',
        accepted: ['image/jpeg', 'image/png'],
        detected: null,
        message: 'Expected an image of type image/jpeg or image/png but received bytes of no known image format',
      },
    ],
    'a GIF': [() => blank(200, 200).gif().toBuffer(), { __typename: 'UnsupportedFormatError', detected: 'image/gif', message: 'Expected an image of type image/jpeg or image/png but received image/gif' }],
    'a WebP': [() => blank(200, 200).webp().toBuffer(), { __typename: 'UnsupportedFormatError', detected: 'image/webp', message: 'Expected an image of type image/jpeg or image/png but received image/webp' }],
    'a truncated JPEG': [() => groupPhoto(1).subarray(0, 70_000), { __typename: 'UnreadableImageError', code: 'UNREADABLE_IMAGE' }],
    'a JPEG cut off in its header': [() => groupPhoto(1).subarray(0, 100), { __typename: 'UnreadableImageError', message: expect.stringContaining('Expected a complete image but the JPEG header is') }],
    'a truncated PNG': [() => fixture('astronaut.png').subarray(0, 100_000), { __typename: 'UnreadableImageError', code: 'UNREADABLE_IMAGE' }],
    'a JPEG header that announces 65500 x 65500 px': [
      async () => announce(await blank(200, 200).jpeg().toBuffer(), 65_500, 65_500),
      { __typename: 'ResolutionOutOfRangeError', code: 'RESOLUTION_OUT_OF_RANGE', width: 65_500, height: 65_500, minSide: 128, maxSide: 5000, message: 'Expected sides of 128 to 5000 px but received 65500 x 65500 px' },
    ],
    'a side of 127 px': [() => blank(127, 300).png().toBuffer(), { __typename: 'ResolutionOutOfRangeError', width: 127, height: 300, message: 'Expected sides of 128 to 5000 px but received 127 x 300 px' }],
    'a side of 5001 px': [() => blank(200, 5001).jpeg().toBuffer(), { __typename: 'ResolutionOutOfRangeError', width: 200, height: 5001, message: 'Expected sides of 128 to 5000 px but received 200 x 5001 px' }],
    'a byte more than 6 MB': [
      () => Buffer.concat([groupPhoto(1)], maxBytes + 1),
      { __typename: 'FileTooLargeError', code: 'FILE_TOO_LARGE', maxBytes, byteSize: maxBytes + 1, message: 'Expected an image of at most 6291456 bytes but received 6291457 bytes' },
    ],
    'far more than 6 MB': [() => Buffer.concat([groupPhoto(1)], 2 * maxBytes), { __typename: 'FileTooLargeError', maxBytes, byteSize: maxBytes + 1, message: 'Expected an image of at most 6291456 bytes but received more than that' }],
    'a space suit without a head': [
      () => sharp(fixture('astronaut.png')).extract({ left: 150, top: 230, width: 280, height: 280 }).toBuffer(),
      { __typename: 'NoFaceError', code: 'NO_FACE', message: 'Expected a photo with at least 1 face but found 0' },
    ],
    '4 faces': [() => groupPhoto(4), { __typename: 'TooManyFacesError', code: 'TOO_MANY_FACES', found: 4, max: 3, message: 'Expected at most 3 faces but found 4' }],
    'a face under 64 px': [
      () => sharp(fixture('astronaut.png')).resize(256).png().toBuffer(),
      { __typename: 'FaceTooSmallError', code: 'FACE_TOO_SMALL', minFaceSide: 64, faceWidth: expect.any(Number), message: expect.stringMatching(/^Expected a face of at least 64 x 64 px but the largest found is [\d.]+ x [\d.]+ px$/) },
    ],
  };

  for (const [name, [image, expected]] of Object.entries(cases)) {
    it(`${name} ends in ${String((expected as { __typename: string }).__typename)}`, async () => {
      const { status, body } = await slimFace(gateway, await image());
      expect(body.errors).toBeUndefined();
      expect(status).toBe(200);
      expect(body.data.slimFace).toMatchObject({ retryable: false, ...expected });
    });
  }

  // Not part of the repository: scripts/fetch-test-photos.sh brings them.
  it.for(['no-face-chelsea.png', 'no-face-coffee.png', 'no-face-rocket.jpg'])('%s ends in NoFaceError', async (name, { skip }) => {
    skip(!hasFixture(name), `fixtures/${name} is not there`);
    const { body } = await slimFace(gateway, fixture(name));
    expect(body.data.slimFace).toMatchObject({ __typename: 'NoFaceError', code: 'NO_FACE', retryable: false });
  });

  it('takes a photo of exactly 6 MB', async () => {
    const { body } = await slimFace(gateway, Buffer.concat([groupPhoto(1)], maxBytes));
    expect(body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage' });
  });
});

describe('a slimDegree that is not accepted', () => {
  for (const slimDegree of [-0.1, 2.1, 1e308]) {
    it(`${slimDegree} ends in InvalidSlimDegreeError`, async () => {
      const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree });
      expect(body.data.slimFace).toEqual({
        __typename: 'InvalidSlimDegreeError',
        code: 'INVALID_SLIM_DEGREE',
        message: `Expected slimDegree between 0 and 2 but received ${slimDegree}`,
        retryable: false,
        min: 0,
        max: 2,
        received: slimDegree,
      });
    });
  }

  it('NaN, which JSON turns into null, ends in InvalidSlimDegreeError instead of the default', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: Number.NaN });
    expect(body.data.slimFace).toMatchObject({ __typename: 'InvalidSlimDegreeError', message: 'Expected slimDegree between 0 and 2 but received null', received: null });
  });

  it('"abc" is refused by the type, with the value in the message', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 'abc' });
    expect(body.data).toBeUndefined();
    expect(body.errors).toMatchObject([{ message: 'Variable "$input" got invalid value "abc" at "input.slimDegree"; Float cannot represent non numeric value: "abc"', extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('1e400, which no number can hold, is refused by the type', async () => {
    const operations = JSON.stringify({ query: slimFaceDocument, variables: { input: { image: null, slimDegree: 0.5 } } }).replace('0.5', '1e400');
    const { body } = await post(gateway, multipart(operations, { 0: ['variables.input.image'] }, { 0: fixture('astronaut.png') }));
    expect(body.data).toBeUndefined();
    expect(body.errors).toMatchObject([{ message: expect.stringContaining('Float cannot represent non numeric value: Infinity'), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('NaN as a literal is refused by the type, with the value in the message', async () => {
    const document = 'mutation ($image: Upload!) { slimFace(input: { image: $image, slimDegree: NaN }) { __typename } }';
    const { body } = await post(gateway, multipart({ query: document, variables: { image: null } }, { 0: ['variables.image'] }, { 0: fixture('astronaut.png') }));
    expect(body.data).toBeUndefined();
    expect(body.errors).toMatchObject([{ message: 'Float cannot represent non numeric value: NaN', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

describe('an image that is missing or not a file', () => {
  it('null is refused by the type', async () => {
    const { body } = await query(gateway, slimFaceDocument, { input: { image: null } });
    expect(body.errors).toMatchObject([{ message: 'Variable "$input" got invalid value null at "input.image"; Expected non-nullable type "Upload!" not to be null.', extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('no image is refused by the type', async () => {
    const { body } = await query(gateway, slimFaceDocument, { input: {} });
    expect(body.errors).toMatchObject([{ message: expect.stringContaining('Field "image" of required type "Upload!" was not provided'), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('a string is refused by the type', async () => {
    const { body } = await query(gateway, slimFaceDocument, { input: { image: 'photo.jpg' } });
    expect(body.errors).toMatchObject([{ message: expect.stringContaining('Expected a file of a GraphQL multipart request but received a string'), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('a literal is refused by the type', async () => {
    const { body } = await query(gateway, 'mutation { slimFace(input: { image: "photo.jpg" }) { __typename } }');
    expect(body.errors).toMatchObject([{ message: 'Expected a variable with a file of a GraphQL multipart request but received a literal', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

/** Overwrites height and width in the frame header of a JPEG. */
function announce(jpeg: Buffer, width: number, height: number): Buffer {
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(height, frame + 5);
  jpeg.writeUInt16BE(width, frame + 7);
  return jpeg;
}
