import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { useBriefValidation } from './use-brief-validation.ts';
import { useCostLimit } from './use-cost-limit.ts';
import { useDocumentLimit } from './use-document-limit.ts';
import { useShapeLimit } from './use-shape-limit.ts';
import { useVariablesLimit } from './use-variables-limit.ts';

/**
 * Everything that bounds what an operation may ask for, in the order in which it is asked.
 *
 * @param options.suggestions whether errors may name parts of the schema that come close to what was asked for
 */
export function limitPlugins(schema: GraphQLSchema, { suggestions }: { suggestions: boolean }): Plugin[] {
  return [useVariablesLimit(), useDocumentLimit(), useShapeLimit(), useCostLimit(schema), useBriefValidation({ suggestions })];
}
