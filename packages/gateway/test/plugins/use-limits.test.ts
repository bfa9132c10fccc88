import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multipart, post, query, type RunningGateway, slimFaceDocument } from '../_setup.ts';
import { introspectionOptions, startWithoutEngine, times } from './_setup.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startWithoutEngine();
});
afterAll(() => gateway.stop());

const list = (count: number): string[] => Array.from({ length: count }, (_, i) => `id ${i}`);
const nested = (levels: number): unknown => (levels === 0 ? null : { deeper: nested(levels - 1) });

interface Refused {
  readonly name: string;
  readonly document: string;
  readonly variables?: object;
  readonly message: string;
}

const refused: Refused[] = [
  { name: 'a document that is long', document: `{ __typename } # ${' '.repeat(2 ** 16)}`, message: 'Expected a document of at most 65536 characters but received one of 65553' },
  { name: '1,000 aliases', document: `{ ${times(1000, (i) => `a${i}: __typename`)} }`, message: 'Expected a document of at most 1000 tokens and comments but received a longer one' },
  { name: '1,000 times @skip', document: `{ __typename ${times(1000, () => '@skip(if: true)')} }`, message: 'Expected a document of at most 1000 tokens and comments but received a longer one' },
  { name: '1,000 comments', document: `{ __typename ${'#\n'.repeat(1000)} }`, message: 'Expected a document of at most 1000 tokens and comments but received a longer one' },
  { name: 'nesting without end', document: `{ ${'a { '.repeat(8000)}`, message: 'Expected a document of at most 1000 tokens and comments but received a longer one' },
  { name: '51 aliases', document: `{ ${times(51, (i) => `a${i}: __typename`)} }`, message: 'Expected an operation with at most 50 aliases but received more' },
  { name: '51 aliases in fragments', document: `{ ...A ...A ...A } fragment A on Query { ${times(17, (i) => `a${i}: __typename`)} }`, message: 'Expected an operation with at most 50 aliases but received more' },
  { name: '51 aliases in inline fragments', document: `{ ${times(51, (i) => `... { ... on Query { a${i}: __typename } }`)} }`, message: 'Expected an operation with at most 50 aliases but received more' },
  { name: '11 levels', document: `{ ${'node(id: "x") { '.repeat(10)} id ${'} '.repeat(10)} }`, message: 'Expected an operation of at most 10 levels but received a deeper one' },
  { name: '11 levels in fragments', document: `{ node(id: "x") { ...F0 } } ${times(10, (i) => `fragment F${i} on Node { ... { node { ...F${i + 1} } } }`)} fragment F10 on Node { id }`, message: 'Expected an operation of at most 10 levels but received a deeper one' },
  {
    name: 'aliases within fragments within lists',
    document: `{ node(id: "x") { ...N } } fragment N on SlimmedImage { ${times(30, (i) => `f${i}: faces { ...F }`)} } fragment F on Face { ${times(60, (i) => `b${i}: slimDegree`)} }`,
    message: 'Expected an operation with at most 50 aliases but received more',
  },
  {
    name: 'lists within lists of the introspection',
    document: `{ __schema { types { ${times(20, (i) => `a${i}: possibleTypes { fields { ...F } }`)} } } } fragment F on __Field { name description isDeprecated type { name kind ofType { name kind } } }`,
    message: 'Expected an operation with a cost of at most 15000 but received one of far more: ask for fewer fields',
  },
  {
    name: 'a long list in a variable',
    document: 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on SlimmedImage { faces { box { x y } slimDegree } } } }',
    variables: { ids: list(400) },
    message: 'Expected an operation with a cost of at most 15000 but received one of 18401: ask for fewer fields',
  },
  { name: '101 fields of one name', document: `{ ${times(51, () => '...F ...G imageRequirements { maxBytes }')} } fragment F on Query { imageRequirements { ... { ${times(25, () => 'maxBytes')} } } } fragment G on Query { ${times(49, () => 'imageRequirements { maxBytes }')} }`, message: 'Expected a document with at most 100 fields of one name but received more' },
  { name: '501 values', document: '{ __typename }', variables: { list: list(499) }, message: 'Expected at most 500 values in variables but received more' },
  { name: 'values of 32,769 characters', document: '{ __typename }', variables: { text: 'x'.repeat(20_000), ['x'.repeat(12_765)]: 1 }, message: 'Expected at most 32768 characters in variables but received more' },
  { name: 'variables of 13 levels', document: '{ __typename }', variables: nested(13) as object, message: 'Expected variables of at most 12 levels but received more' },
];

describe('the limits', () => {
  for (const { name, document, variables = {}, message } of refused) {
    const refusal = { errors: [{ message, extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false } }] };

    it(`refuse ${name}, again and again`, async () => {
      for (let time = 0; time < 2; time++) expect((await query(gateway, document, variables)).body).toEqual(refusal);
    });

    it(`refuse ${name} in an operation that is not asked for`, async () => {
      const unasked = document.startsWith('query') ? document.replace('query', 'query Large') : `query Large ${document}`;
      const answer = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify({ query: `query Small { __typename } ${unasked}`, variables, operationName: 'Small' }),
      });
      expect(answer.status).toBe(400);
      expect((await answer.json()).errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    });
  }

  it('refuse the same in a multipart request', async () => {
    for (const { document, variables = {}, message } of refused.slice(1)) {
      const { body } = await post(gateway, multipart({ query: document, variables }, {}, {}));
      expect(body.errors).toMatchObject([{ message: message }]);
    }
  });

  it('hold for a document that has been accepted with other variables', async () => {
    const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on SlimmedImage { faces { box { x y } slimDegree } } } }';
    const codes: unknown[] = [];
    for (const count of [1, 400, 1]) codes.push((await query(gateway, document, { ids: list(count) })).body.errors?.[0].extensions.code);
    expect(codes).toEqual([codes[0], 'QUERY_TOO_COMPLEX', codes[0]]);
    expect(codes[0]).not.toBe('QUERY_TOO_COMPLEX');
  });
});

describe('below the limits', () => {
  it('is the introspection query at every setting of its options', async () => {
    for (const options of introspectionOptions) {
      const { body } = await query(gateway, getIntrospectionQuery(options));
      expect(body.errors).toBeUndefined();
      expect(body.data.__schema.queryType).toMatchObject({ name: 'Query' });
    }
  });

  it('are 50 nodes at once by one field each, and 100 by a list', async () => {
    const everything = 'id url mediaType width height byteSize slimDegree engine requestId createdAt expiresAt faces { box { x y width height } slimDegree narrowing { pixels percent } lambda warnings }';
    const id = Buffer.from(`SlimmedImage:${'f'.repeat(32)}`).toString('base64');
    const each = await query(gateway, `query ($id: ID!) { ${times(50, (i) => `n${i}: node(id: $id) { ...N }`)} } fragment N on SlimmedImage { ${everything} }`, { id });
    expect(each.body.errors).toBeUndefined();
    expect(Object.values(each.body.data)).toEqual(Array(50).fill(null));
    const all = await query(gateway, `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on SlimmedImage { ${everything} } } }`, { ids: Array(100).fill(id) });
    expect(all.body).toEqual({ data: { nodes: Array(100).fill(null) } });
  });

  it('is everything of three photos and of each error, with an alias for each', async () => {
    const fields = slimFaceDocument.slice(slimFaceDocument.indexOf('slimFace('), slimFaceDocument.lastIndexOf('}'));
    const document = `mutation ($input: SlimFaceInput!) { ${times(3, (i) => `a${i}: ${fields}`)} }`;
    const { body } = await query(gateway, document, { input: {} });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]); // what is wrong is the input
  });
});

describe('an answer about errors', () => {
  it('is small, however many there are and however long what they quote is', async () => {
    const long = 'x'.repeat(30_000);
    const documents: [document: string, variables?: object][] = [
      [`{ ${times(900, (i) => `unknown${i}`)} }`],
      [`{ ${times(400, (i) => `...F${i}`)} }`],
      [`{ ${long} }`],
      [`{ node(id: ${long}) { id } }`],
      [`{ node(id: "${long}" idd: "x") { id } }`],
      ['query ($input: SlimFaceInput!) { __typename }', { input: Object.fromEntries(list(400).map((key) => [key, key])) }],
      ['mutation ($input: SlimFaceInput!) { slimFace(input: $input) { __typename } }', { input: Object.fromEntries(list(400).map((key) => [key, key])) }],
      ['query ($slimDegree: Float!) { ...F } fragment F on Query { __typename @skip(if: $slimDegree) }', { slimDegree: 'x'.repeat(30_000) }],
      ['mutation ($input: SlimFaceInput!) { slimFace(input: $input) { __typename } }', { input: { slimDegree: 'x'.repeat(30_000) } }],
      ['query ($name: Boolean!) { __typename @skip(if: $name) }', { name: 'x'.repeat(30_000) }],
    ];
    for (const [document, variables] of documents) {
      const { body } = await query(gateway, document, variables);
      expect(body.errors[0].message).toMatch(/./);
      expect(JSON.stringify(body).length).toBeLessThan(8000);
    }
  });
});
