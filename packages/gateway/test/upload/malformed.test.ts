import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixture, guardHeader, query, type RunningGateway, slimFaceDocument, startGateway } from '../_setup.ts';
import { boundary, contentType, graphqlParts, type Part, rawBody } from './_raw.ts';

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
    'nothing': [Buffer.alloc(0), /Expected a body that ends with its last boundary but received one without it/],
    'something else': [Buffer.from('hello'), /Expected a body that ends with its last boundary/],
    'no end behind map': [rawBody([operationsPart, mapPart], ''), /Expected a body that ends with its last boundary/],
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
    'damaged part headers': [rawBody([{ header: ': nameless', body: '' }, { header: 'a b: c', body: '' }, operationsPart, mapPart, filePart]), /Malformed part header/],
    'a header without end': [rawBody([{ header: `X: ${'x'.repeat(20_000)}`, body: '' }, operationsPart, mapPart, filePart]), /Malformed part header/],
    'a boundary within a header': [rawBody([{ header: `X: x\r\n--${boundary}`, body: '' }, operationsPart, mapPart, filePart]), /Expected a part with a header but received one without its end/],
    'fields beside operations and map': [rawBody([{ name: 'a', body: '' }, { name: 'b', body: '' }, operationsPart, mapPart, filePart]), /Expected the fields operations and map but received another one/],
    'more parts than files and fields make': [rawBody([...Array.from({ length: 14 }, () => ({ header: 'X: no disposition', body: '' })), operationsPart, mapPart]), /Expected at most 14 parts but received more/],
    'no part between boundaries': [rawBody([{ header: '', body: '' }, operationsPart, mapPart, filePart]), /Malformed part header/],
    'something behind a boundary': [Buffer.concat([Buffer.from(`--${boundary}?\r\n`), rawBody([operationsPart, mapPart, filePart])]), /Expected a line break or two dashes behind each boundary/],
  };

  for (const [name, [body, message]] of Object.entries(cases)) {
    it(`${name} is refused with HTTP 400`, async () => {
      const answer = await send(body);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ message: expect.stringMatching(message), extensions: { code: 'BAD_MULTIPART_REQUEST' } }] } });
      expect(answer.body.data).toBeUndefined();
    });
  }

  // By then the operation runs, and waits for its file.
  const behindMap: Record<string, [parts: readonly Part[], message: RegExp]> = {
    'no part that map names': [[], /Expected a file part for each name in map but received none named "0"/],
    'two parts of one name': [[filePart, filePart], /Expected one file part for each name in map but received another one named "0"/],
    'a part that map does not name': [[filePart, { ...filePart, name: '1' }], /Expected one file part for each name in map but received another one named "1"/],
    'a part without a name': [[{ header: 'Content-Disposition: form-data; filename="x"', body: photo }], /Expected one file part for each name in map but received another one named null/],
    'a field': [[filePart, { name: 'more', body: '' }], /Expected the fields operations and map but received another one/],
    'damaged part headers': [[filePart, { header: ': nameless', body: '' }, { header: 'a b: c', body: '' }], /Malformed part header/],
    'a part that is too much': [[filePart, ...Array.from({ length: 12 }, () => ({ header: 'X: no disposition', body: '' }))], /Expected at most 14 parts but received more/],
    'a file in base64': [[{ header: 'Content-Disposition: form-data; name="0"; filename="x"\r\nContent-Transfer-Encoding: base64', body: photo.toString('base64') }], /Expected files as they are but received one encoded as "base64"/],
  };
  for (const [name, [parts, message]] of Object.entries(behindMap)) {
    it(`${name} behind map is refused with HTTP 400, whatever came before it`, async () => {
      const answer = await send(rawBody([operationsPart, mapPart, ...parts]));
      expect(answer).toMatchObject({ status: 400, body: { data: null, errors: [{ message: expect.stringMatching(message), extensions: { code: 'BAD_MULTIPART_REQUEST' } }] } });
    });
  }

  it('no boundary is refused with HTTP 400', async () => {
    const answer = await send(rawBody([operationsPart, mapPart, filePart]), { 'content-type': 'multipart/form-data' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ message: 'Expected content type multipart/form-data with a boundary but received "multipart/form-data"', extensions: { code: 'BAD_MULTIPART_REQUEST' } }] } });
  });

  it('a field over 64 KiB is refused with HTTP 413', async () => {
    const answer = await send(rawBody(graphqlParts({ ...operations, query: '#'.repeat(70_000) }, map)));
    expect(answer).toMatchObject({ status: 413, body: { errors: [{ message: 'Expected fields of at most 65536 bytes but received a longer one', extensions: { code: 'PAYLOAD_TOO_LARGE' } }] } });
  });

  it('a part of an unknown kind over 64 KiB is refused with HTTP 413', async () => {
    const answer = await send(rawBody([operationsPart, mapPart, { header: 'X: no disposition', body: '#'.repeat(70_000) }]));
    expect(answer).toMatchObject({ status: 413, body: { errors: [{ message: 'Expected fields of at most 65536 bytes but received a longer one' }] } });
  });

  it('11 files are refused with HTTP 413', async () => {
    const names = 'abcdefghijk'.split('');
    const document = `mutation (${names.map((name) => `$${name}: Upload!`)}) { ${names.map((name) => `${name}: slimFace(input: { image: $${name} }) { __typename }`)} }`;
    const variables = Object.fromEntries(names.map((name) => [name, null]));
    const files = Object.fromEntries(names.map((name) => [name, [`variables.${name}`]]));
    const answer = await send(rawBody(graphqlParts({ query: document, variables }, files)));
    expect(answer).toMatchObject({ status: 413, body: { data: null, errors: [{ message: 'Expected at most 10 files in one request but received 11', extensions: { code: 'PAYLOAD_TOO_LARGE' } }] } });
  });

  it('no end behind the file is refused with HTTP 400', async () => {
    const answer = await send(rawBody([operationsPart, mapPart, filePart], ''));
    expect(answer).toMatchObject({ status: 400, body: { data: null, errors: [{ message: 'Expected a body that ends with its last boundary but received one without it', extensions: { code: 'BAD_MULTIPART_REQUEST', retryable: false } }] } });
  });

  it('one file of two that map names is refused with HTTP 400, whichever it is', async () => {
    const document = 'mutation ($a: Upload!, $b: Upload!) { a: slimFace(input: { image: $a }) { __typename } b: slimFace(input: { image: $b }) { __typename } }';
    const answer = await send(rawBody(graphqlParts({ query: document, variables: { a: null, b: null } }, { a: ['variables.a'], b: ['variables.b'] }, { a: photo })));
    expect(answer).toMatchObject({ status: 400, body: { data: null, errors: [{ message: 'Expected a file part for each name in map but received none named "b"', extensions: { code: 'BAD_MULTIPART_REQUEST' } }] } });
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

  it('may have a preamble and an epilogue', async () => {
    const body = Buffer.concat([Buffer.from('a preamble\r\n'), rawBody(graphqlParts(operations, map, { 0: 'no photo' })), Buffer.from(`an epilogue\r\n--${boundary}\r\n`)]);
    expect((await send(body)).body.data.slimFace.__typename).toBe('UnsupportedFormatError');
  });

  it('may have an empty file', async () => {
    const { body } = await send(rawBody(graphqlParts(operations, map, { 0: '' })));
    expect(body.data.slimFace).toMatchObject({ __typename: 'UnreadableImageError', message: 'Expected a complete image but the file is empty (0 bytes)' });
  });
});

function nested(levels: number): object {
  return levels === 0 ? {} : { inner: nested(levels - 1) };
}
