import { execute, getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createOperationCost } from '../../src/plugins/operation-cost.ts';
import { buildSchema } from '../../src/schema/build-schema.ts';
import { introspectionOptions, times } from './_setup.ts';

const schema = buildSchema();
const cost = createOperationCost(schema, { max: 10_000 });
const costOf = (document: string, variables?: Record<string, unknown>): number => cost(parse(document), variables);

/** Fields in the answer that graphql-js gives. */
function fieldsOf(document: string, variableValues?: Record<string, unknown>): number {
  const { data, errors } = execute({ schema, document: parse(document), variableValues }) as { data: unknown; errors?: unknown };
  expect(errors).toBeUndefined();
  const count = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0;
    return (Array.isArray(value) ? 0 : Object.keys(value).length) + Object.values(value).reduce((sum: number, inner) => sum + count(inner), 0);
  };
  return count(data);
}

describe('the cost of introspection', () => {
  it('is the number of fields in its answer', () => {
    const documents = [
      `{ __schema { ${times(5, (i) => `a${i}: types { ${times(20, (j) => `b${j}: name`)} }`)} } }`,
      '{ __type(name: "SlimFaceError") { possibleTypes { fields { args { name } type { ofType { name kind } } } enumValues { name } } } nothing: __type(name: "Nothing") { fields { name } } }',
      'query ($name: String!) { __type(name: $name) { fields { name } interfaces { name } } }',
    ];
    for (const document of documents) expect(costOf(document, { name: 'SlimmedImage' })).toBe(fieldsOf(document, { name: 'SlimmedImage' }));
  });

  it('counts a fragment once for each object that it is spread on', () => {
    const types = Object.keys(schema.getTypeMap()).length;
    expect(costOf('{ __schema { types { ...T ... on __Type { name } } } } fragment T on __Type { name kind }')).toBe(2 + types * 5);
  });

  it('leaves the whole schema far below the limit of 10 000, at every setting of the query for it', () => {
    for (const options of introspectionOptions) {
      const document = getIntrospectionQuery(options);
      expect(costOf(document)).toBeGreaterThanOrEqual(fieldsOf(document));
      expect(costOf(document)).toBeLessThan(6000);
    }
  });

  it('is Infinity beyond the limit, however it is spread out', () => {
    const chain = times(60, (i) => `fragment F${i} on __Schema { ...F${i + 1} ...F${i + 1} }`);
    const documents = [
      `{ __schema { ${times(80, (i) => `a${i}: types { ${times(10, (j) => `b${j}: name`)} }`)} } }`,
      `{ ${times(90, (i) => `a${i}: __schema { types { name fields { name } } }`)} }`,
      `{ __schema { ...F0 } } ${chain} fragment F60 on __Schema { __typename }`,
    ];
    for (const document of documents) expect(costOf(document)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the cost of other fields', () => {
  it('counts a list as long as what it is given, five more for each item, and ten when nothing says how long it is', () => {
    expect(costOf('{ node(id: "a") { id } }')).toBe(2);
    expect(costOf('{ nodes(ids: ["a", "b", "c"]) { id __typename } }')).toBe(1 + 3 * (5 + 2));
    expect(costOf('{ nodes(ids: "a") { id } }')).toBe(1 + 10 * 1);
    expect(costOf('{ node(id: "a") { ... on SlimmedImage { faces { slimDegree } } } }')).toBe(1 + 1 + 10);
    const byVariable = 'query ($ids: [ID!]! = ["a", "b", "c", "d"]) { nodes(ids: $ids) { id } }';
    expect([undefined, { ids: ['a'] }, { ids: Array(50).fill('a') }].map((variables) => costOf(byVariable, variables))).toEqual([1 + 4 * 6, 1 + 4 * 6, 1 + 50 * 6]);
  });

  it('counts aliases of what is no list, too: three levels of them are a million fields', () => {
    const document = `query ($id: ID!) { ${times(40, (i) => `n${i}: node(id: $id) { ...N }`)} }
      fragment N on SlimmedImage { ${times(40, (i) => `f${i}: faces { ...F }`)} }
      fragment F on Face { ${times(40, (i) => `b${i}: box { ...B }`)} }
      fragment B on Box { ${times(40, (i) => `x${i}: x`)} }`;
    expect(costOf(document)).toBe(40 + 40 * (40 + 40 * 10 * (40 + 40 * 40)));
  });

  it('is that of the dearest operation, whichever is asked for', () => {
    expect(costOf('query Small { __typename } query Large { a: __typename b: __typename }')).toBe(2);
  });

  it('visits each fragment once, however often it is spread', () => {
    // Without memory this would be 2 to the power of 60 visits.
    const chain = times(60, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    expect(costOf(`{ ...F0 } ${chain} fragment F60 on Query { __typename }`)).toBe(2 ** 60);
  });

  it('is counted to its end for fragments that contain themselves or are not there', () => {
    expect(costOf('{ ...A } fragment A on Query { __typename ...B } fragment B on Query { __typename ...A }')).toBe(2);
    expect(costOf('{ __schema { ...A } } fragment A on __Schema { ...B } fragment B on __Schema { ...A ...Nowhere }')).toBeLessThan(10);
    expect(costOf('{ ...Nowhere }')).toBe(0);
  });
});
