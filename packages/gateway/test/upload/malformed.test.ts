import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixture, guardHeader, query, type RunningGateway, slimFaceDocument, startGateway } from '../_setup.ts';
import { contentType, graphqlParts, type Part, rawBody } from './_raw.ts';

const operations = { query: slimFaceDocument, variables: { input: { image: null } } };
const map = { 0: ['variables.input.image'] };
const photo = fixture('astronaut.png');
const [operationsPart, mapPart, filePart] = graphqlParts(operations, map, { 0: photo }) as [Part, Part, Part];

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** A body that is never answered fails the test here. */
const send = async (body: Buffer, headers: Record<string, string> = {}) => {
  const init = { method: 'POST', headers: { ...guardHeader, 'content-type': contentType, ...headers }, body: new Uint8Array(body), signal: AbortSignal.timeout(30_000) };
  const response = await fetch(`${gateway.url}/graphql`, init);
  return { status: response.status, body: await response.json() };
};

describe('a malformed multipart request', () => {
  afterEach(async () => {
    const { body } = await query(gateway, '{ imageRequirements { maxFaces } }');
    expect(body).toEqual({ data: { imageRequirements: { maxFaces: 3 } } });
  });

  const cases: Record<string, [body: Buffer, message: RegExp]> = {
    'no part at all': [rawBody([]), /Missing multipart field|Unexpected end of form|couldn't find any files/],
    'no operations': [rawBody([mapPart, filePart]), /'map' should follow 'operations'/],
    'no map': [rawBody([operationsPart]), /Missing multipart field 'map'/],
    'no map before a file': [rawBody([operationsPart, filePart]), /files should follow 'map'/],
    'map before operations': [rawBody([mapPart, operationsPart, filePart]), /'map' should follow 'operations'/],
    'operations that are no JSON': [rawBody(graphqlParts('{"query":', map)), /Invalid JSON in the 'operations'/],
    'operations that are a string': [rawBody(graphqlParts('"query"', map)), /Invalid type for the 'operations'/],
    'a list of operations': [rawBody(graphqlParts([operations, operations], { 0: ['0.variables.input.image'] })), /Expected one operation but received a list of 2/],
    'a map that is no JSON': [rawBody(graphqlParts(operations, '{')), /Invalid JSON in the 'map'/],
    'a map that is a list': [rawBody(graphqlParts(operations, [['variables.input.image']])), /Expected map to be an object but received a list of 1/],
    'a map entry that is a string': [rawBody(graphqlParts(operations, { 0: 'variables.input.image' })), /Expected map to give file "0" a list of one path but received string/],
    'a map entry that is empty': [rawBody(graphqlParts(operations, { 0: [] })), /a list of one path but received 0 entries/],
    'one file for two places': [
      rawBody(graphqlParts({ query: slimFaceDocument, variables: { a: null, b: null } }, { 0: ['variables.a', 'variables.b'] }, { 0: photo })),
      /Expected map to give file "0" a list of one path but received 2 entries/,
    ],
    'two files for one place': [
      rawBody(graphqlParts(operations, { 0: ['variables.input.image'], 1: ['variables.input.image'] }, { 0: photo, 1: photo })),
      /Expected one file for "variables\.input\.image" but received two/,
    ],
    'two parts of one name': [rawBody([operationsPart, mapPart, filePart, filePart]), /Expected one file part for each name in map but received another one named "0"/],
    'a part that map does not name': [
      rawBody(graphqlParts(operations, map, { 0: photo, 1: photo })),
      /Expected one file part for each name in map but received another one named "1"/,
    ],
    'a path to nowhere': [rawBody(graphqlParts(operations, { 0: ['variables.image'] })), /Expected map to lead file "0" to a null in variables but received "variables\.image"/],
    'a path to something else': [rawBody(graphqlParts(operations, { 0: ['variables.input'] })), /to a null in variables/],
    'a path out of variables': [rawBody(graphqlParts({ ...operations, query: null }, { 0: ['query'] })), /to a null in variables/],
    'a path to a prototype': [rawBody(graphqlParts(operations, { 0: ['variables.__proto__.x'] })), /to a null in variables/],
    'a path far behind the end of a list': [rawBody(graphqlParts({ ...operations, variables: { list: [null] } }, { 0: ['variables.list.30000000'] })), /to a null in variables/],
    'a path into a file, which would break the library': [
      rawBody(graphqlParts(operations, { 0: ['variables.input.image'], 1: ['variables.input.image.resolve'] }, { 0: photo, 1: photo })),
      /to a null in variables but received "variables\.input\.image\.resolve"/,
    ],
    'a path of 1000 keys': [rawBody(graphqlParts(operations, { 0: ['variables.'.repeat(1000)] })), /to a null in variables but received a name of 10000 characters/],
    'variables of 13 levels': [rawBody(graphqlParts({ ...operations, variables: nested(13) }, {})), /Expected variables of at most 12 levels/],
    'a body that ends within the file': [rawBody([operationsPart, mapPart, filePart], ''), /Unexpected end of form/],
    'damaged part headers': [
      rawBody([operationsPart, mapPart, { header: ': nameless', body: '' }, { header: 'a b: c', body: '' }, { header: ': nameless', body: '' }]),
      /Malformed part header|Unexpected end of form/,
    ],
  };

  for (const [name, [body, message]] of Object.entries(cases)) {
    it(`${name} is refused with HTTP 400`, async () => {
      const answer = await send(body);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ message: expect.stringMatching(message), extensions: { code: 'BAD_MULTIPART_REQUEST' } }] } });
      expect(answer.body.data).toBeUndefined();
    });
  }

  it('no boundary is refused with HTTP 400', async () => {
    const answer = await send(rawBody([operationsPart, mapPart, filePart]), { 'content-type': 'multipart/form-data' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ message: 'Expected content type multipart/form-data with a boundary but received "multipart/form-data"', extensions: { code: 'BAD_MULTIPART_REQUEST' } }] } });
  });

  it('a field over 64 KiB is refused with HTTP 413', async () => {
    const answer = await send(rawBody(graphqlParts({ ...operations, query: '#'.repeat(70_000) }, map)));
    expect(answer).toMatchObject({ status: 413, body: { errors: [{ message: expect.stringContaining('exceeds the 65536 byte size limit'), extensions: { code: 'PAYLOAD_TOO_LARGE' } }] } });
  });

  it('4 files are refused with HTTP 413', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const variables = Object.fromEntries(names.map((name) => [name, null]));
    const files = Object.fromEntries(names.map((name) => [name, `variables.${name}`]));
    const answer = await send(rawBody(graphqlParts({ query: slimFaceDocument, variables }, Object.fromEntries(Object.entries(files).map(([name, path]) => [name, [path]])))));
    expect(answer).toMatchObject({ status: 413, body: { errors: [{ message: '3 max file uploads exceeded.', extensions: { code: 'PAYLOAD_TOO_LARGE' } }] } });
  });

  it('a body with a GraphQL fault is answered as a whole', async () => {
    const answer = await send(rawBody(graphqlParts({ ...operations, query: 'mutation { nothing }' }, map, { 0: Buffer.alloc(900_000) })));
    expect(answer.status).toBe(200);
    expect(answer.body.errors[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });

  it('40 requests on kept connections are answered after all that', async () => {
    for (let i = 0; i < 40; i++) {
      const { status } = await send(i % 2 === 0 ? rawBody([operationsPart, filePart]) : rawBody(graphqlParts(operations, map, { 0: 'no photo' })));
      expect(status).toBe(i % 2 === 0 ? 400 : 200);
    }
  });
});

describe('an unusual multipart request that keeps to the specification', () => {
  it('may spell its media type in any case', async () => {
    const { status, body } = await send(rawBody(graphqlParts(operations, map, { 0: 'no photo' })), { 'content-type': contentType.replace('multipart/form-data', 'Multipart/Form-Data') });
    expect(status).toBe(200);
    expect(body.data.slimFace.__typename).toBe('UnsupportedFormatError');
  });

  it('may send its files in any order', async () => {
    const document = 'mutation ($a: Upload!, $b: Upload!) { a: slimFace(input: { image: $a }) { ...fields } b: slimFace(input: { image: $b, slimDegree: 0 }) { ...fields } } fragment fields on SlimFaceResult { __typename ... on SlimmedImage { slimDegree } ... on UnsupportedFormatError { detected } }';
    const parts = graphqlParts({ query: document, variables: { a: null, b: null } }, { a: ['variables.a'], b: ['variables.b'] }, { b: photo, a: 'GIF89a and so on' });
    const { body } = await send(rawBody(parts));
    expect(body).toEqual({ data: { a: { __typename: 'UnsupportedFormatError', detected: 'image/gif' }, b: { __typename: 'SlimmedImage', slimDegree: 0 } } });
  });

  it('may use each file once, so that aliases do not multiply the work', async () => {
    const document = 'mutation ($image: Upload!) { a: slimFace(input: { image: $image, slimDegree: 0 }) { __typename } b: slimFace(input: { image: $image }) { __typename ... on SlimFaceError { message } } }';
    const { body } = await send(rawBody(graphqlParts({ query: document, variables: { image: null } }, { 0: ['variables.image'] }, { 0: photo })));
    expect(body).toEqual({ data: { a: { __typename: 'SlimmedImage' }, b: { __typename: 'InvalidInputError', message: 'Expected each uploaded file in 1 place of the operation but received 2' } } });
  });

  it('gets UploadInterruptedError for a file that map names and that never comes', async () => {
    const { status, body } = await send(rawBody(graphqlParts(operations, map)));
    expect(status).toBe(200);
    expect(body.data.slimFace).toEqual({ __typename: 'UploadInterruptedError', code: 'UPLOAD_INTERRUPTED', message: 'Expected a complete upload but no file part named "0" arrived', retryable: true });
  });
});

function nested(levels: number): object {
  return levels === 0 ? {} : { inner: nested(levels - 1) };
}
