import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createOperationCost } from './operation-cost.ts';
import { tooComplex } from './too-complex.ts';

/**
 * Highest cost of an operation, which is about the number of fields in its answer. GraphQL's introspection query costs
 * 4000, 100 nodes with all of their fields 13 000. An answer as large as this takes 15 ms, or 40 ms with a thousand nodes.
 */
const MAX_COST = 15_000;

/**
 * Refuses documents with an operation that asks for too much: fragments of aliases within fragments of aliases let
 * 4 KB ask for millions of fields, which would block the process for minutes or use up its memory.
 */
export function useCostLimit(schema: GraphQLSchema): Plugin {
  const costOf = createOperationCost(schema, { max: MAX_COST });
  return {
    // What is thrown is the answer; a result that is set would be kept for the document, whatever its variables are.
    onValidate({ params: { documentAST }, context: { params } }) {
      const cost = costOf(documentAST, params.variables ?? {});
      if (cost > MAX_COST) throw tooComplex(`Expected an operation with a cost of at most ${MAX_COST} but received one of ${cost === Number.POSITIVE_INFINITY ? 'far more' : cost}: ask for fewer fields`);
    },
  };
}
