import type { DocumentNode, FragmentDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Highest cost of an operation. GraphQL's introspection query costs 49 432, and 51 863 with every option; the largest
 * operation that makes sense beside it, three photos with everything of the photo and of each error, costs 342.
 * The slowest answers found below the limit, dozens of aliases of `types`, take 0.3 s and 8 MB.
 */
const MAX_COST = 80_000;

/** Each of these introspection fields is a list whose length is the schema's. */
const introspectionLists = new Set(['types', 'fields', 'possibleTypes', 'interfaces', 'enumValues', 'inputFields', 'args', 'directives']);

/** Taken for the length of such a list; but for `types` and `possibleTypes`, most are shorter. */
const LIST_FACTOR = 10;

/**
 * Refuses documents with an operation that asks for too much: fragments of aliases within fragments of aliases let
 * 4 KB ask for millions of fields, which would block the process for minutes or use up its memory.
 */
export function useCostLimit(): Plugin {
  return {
    onValidate({ params: { documentAST }, setResult }) {
      const cost = costOf(documentAST);
      if (cost <= MAX_COST) return;
      setResult([
        createGraphQLError(`Expected an operation with a cost of at most ${MAX_COST} but received one of ${cost}: ask for fewer fields`, {
          extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false },
        }),
      ]);
    },
  };
}

/**
 * Cost of the dearest operation in `document`: one for each field, as often as fragments repeat it, and that of what
 * is selected of an introspection list times `LIST_FACTOR`. It takes as long as the document is, whatever the cost.
 */
export function costOf({ definitions }: Pick<DocumentNode, 'definitions'>): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition);
  const fragmentCosts = new Map<string, number>();

  const ofSelections = (set: SelectionSetNode | undefined): number => set?.selections.reduce((sum, selection) => sum + ofSelection(selection), 0) ?? 0;
  const ofSelection = (selection: SelectionNode): number => {
    if (selection.kind === 'FragmentSpread') return ofFragment(selection.name.value);
    if (selection.kind === 'InlineFragment') return ofSelections(selection.selectionSet);
    return 1 + (introspectionLists.has(selection.name.value) ? LIST_FACTOR : 1) * ofSelections(selection.selectionSet);
  };
  const ofFragment = (name: string): number => {
    const known = fragmentCosts.get(name);
    if (known !== undefined) return known;
    fragmentCosts.set(name, 0); // for a fragment that contains itself, which validation refuses
    const cost = ofSelections(fragments.get(name)?.selectionSet);
    fragmentCosts.set(name, cost);
    return cost;
  };

  return Math.max(0, ...definitions.map((definition) => (definition.kind === 'OperationDefinition' ? ofSelections(definition.selectionSet) : 0)));
}
