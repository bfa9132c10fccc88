import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf } from '../../src/plugins/use-cost-limit.ts';
import { fixture, multipart, post, query, type RunningGateway, slimFace, startGateway } from '../_setup.ts';

const { getIntrospectionQuery, parse } = createRequire(import.meta.url)('graphql') as typeof import('graphql');

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const times = (count: number, part: (i: number) => string): string => Array.from({ length: count }, (_, i) => part(i)).join(' ');
const refusal = (cost: string) => [{ message: `Expected an operation with a cost of at most 80000 but received one of ${cost}: ask for fewer fields`, extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false } }];

const fanOut = `{ __type(name: "SlimFaceResult") { ${times(120, (i) => `a${i}: possibleTypes { ...T }`)} } }
  fragment T on __Type { ${times(40, (i) => `b${i}: fields { ...G }`)} }
  fragment G on __Field { ${times(30, (i) => `c${i}: name`)} }`;

describe('the cost limit', () => {
  it('refuses aliases within fragments within lists, which ask for millions of fields in 4 KB', async () => {
    const { body } = await query(gateway, fanOut);
    expect(body).toEqual({ errors: refusal('14448121') });
  });

  it('refuses the same in a multipart request', async () => {
    const { body } = await post(gateway, multipart({ query: fanOut, variables: {} }, {}, {}));
    expect(body).toEqual({ errors: refusal('14448121') });
  });

  it('refuses the same in inline fragments, in the schema itself, and when another operation is chosen', async () => {
    const documents = [
      `{ __schema { types { ${times(10, (i) => `... on __Type { a${i}: fields { ... { args { ${times(12, (j) => `b${j}: name`)} } } } }`)} } } }`,
      `query Small { __typename } query Large { __schema { ${times(80, (i) => `a${i}: types { ...T }`)} } } fragment T on __Type { ${times(150, (i) => `b${i}: name`)} }`,
    ];
    for (const document of documents) {
      const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: document, operationName: document.startsWith('query') ? 'Small' : null }) });
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
    }
  });

  it('refuses aliases of what is no list, too: three levels of them are a million fields', async () => {
    const document = `query ($id: ID!) { ${times(40, (i) => `n${i}: node(id: $id) { ...N }`)} }
      fragment N on SlimmedImage { ${times(40, (i) => `f${i}: faces { ...F }`)} }
      fragment F on Face { ${times(40, (i) => `b${i}: box { ...B }`)} }
      fragment B on Box { ${times(40, (i) => `x${i}: x`)} }`;
    const { body } = await query(gateway, document, { id: 'x' });
    expect(body).toEqual({ errors: refusal(String(40 + 40 * (40 + 40 * (40 + 40 * 40)))) });
  });

  it('counts a document whose cost is beyond any number', () => {
    expect(costOf(parse(`{ ${'types { '.repeat(400)} name ${'}'.repeat(400)} }`))).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts each fragment once, however often it is spread', () => {
    // Without memory this would be 2 to the power of 60 visits.
    const chain = times(60, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    expect(costOf(parse(`{ ...F0 } ${chain} fragment F60 on Query { __typename }`))).toBe(2 ** 60);
  });

  it('leaves fragments that contain themselves, or are not there, to validation', async () => {
    for (const document of ['{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', '{ ...Nowhere }']) {
      const { body } = await query(gateway, document);
      expect(body.errors[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    }
  });

  it('lets the introspection query through, with and without its options', async () => {
    const everything = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };
    for (const document of [getIntrospectionQuery(), getIntrospectionQuery(everything)]) {
      const { body } = await query(gateway, document);
      expect(body.errors).toBeUndefined();
      expect(body.data.__schema.queryType).toMatchObject({ name: 'Query' });
    }
    expect([costOf(parse(getIntrospectionQuery())), costOf(parse(getIntrospectionQuery(everything)))]).toEqual([49_432, 51_863]);
  });

  it('lets 100 nodes at once through', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 });
    const document = `query ($id: ID!) { ${times(100, (i) => `n${i}: node(id: $id) { id ... on SlimmedImage { ...N } }`)} } fragment N on SlimmedImage { url width height faces { box { x y width height } } }`;
    const answer = await query(gateway, document, { id: body.data.slimFace.id });
    expect(answer.body.errors).toBeUndefined();
    expect(answer.body.data.n99).toMatchObject({ width: 512 });
  });
});
