import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multipart, post, query, type RunningGateway } from '../_setup.ts';
import { startWithoutEngine } from './_setup.ts';

let open: RunningGateway;
let closed: RunningGateway;
beforeAll(async () => {
  [open, closed] = await Promise.all([startWithoutEngine(), startWithoutEngine({ introspection: false })]);
});
afterAll(() => Promise.all([open.stop(), closed.stop()]));

/** Documents and variables that are almost right. */
const almost: [document: string, variables?: object][] = [
  ['{ imageRequirement { maxBytes } }'],
  ['{ imageRequirements { maxByte } }'],
  ['{ node(idd: "x") { id } }'],
  ['query ($input: SlimFaceInputs!) { __typename @skip(if: $input) }'],
  ['{ node(id: "x") { ... on SlimmedImages { url } } }'],
  ['mutation { slimFace(input: { imag: null }) { __typename } }'],
  ['mutation ($input: SlimFaceInput!) { slimFace(input: $input) { __typename } }', { input: { slimDegre: 1 } }],
];

describe('with introspection off', () => {
  it('nobody gets the schema, whole or in part', async () => {
    for (const document of [getIntrospectionQuery(), '{ __schema { queryType { name } } }', '{ ...F } fragment F on Query { a: __type(name: "Query") { name } }']) {
      for (const { body } of [await query(closed, document), await post(closed, multipart({ query: document }, {}, {}))]) {
        expect(body.data).toBeUndefined();
        expect(body.errors[0]).toMatchObject({ message: expect.stringContaining('introspection has been disabled'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
      }
    }
  });

  it('errors suggest nothing', async () => {
    for (const [document, variables] of almost) {
      const [{ body: told }, { body: untold }] = [await query(open, document, variables), await query(closed, document, variables)];
      const messages = ({ errors }: { errors: { message: string }[] }): string[] => errors.map(({ message }) => message);
      expect(messages(told).some((message) => message.includes(' Did you mean '))).toBe(true);
      expect(messages(untold)).toEqual(messages(told).map((message) => message.split(' Did you mean ')[0]));
    }
  });

  it('__typename is still there, as clients with a cache add it', async () => {
    expect((await query(closed, '{ __typename imageRequirements { __typename } }')).body).toEqual({ data: { __typename: 'Query', imageRequirements: { __typename: 'ImageRequirements' } } });
  });
});
