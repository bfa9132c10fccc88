import { type DocumentNode, type FragmentDefinitionNode, getNullableType, type GraphQLSchema, isInterfaceType, isListType, isObjectType, type SelectionNode, type SelectionSetNode } from 'graphql';
import { introspectionCost } from './introspection-cost.ts';
import { givenLengths } from './given-lengths.ts';

/** Taken for the length of a list that depends on the photo, such as that of its faces. */
const ASSUMED_LENGTH = 10;

/** What it takes to find a node, in the time of other fields. */
const COST_OF_ITEM = 5;

/**
 * Cost of the dearest operation in a document: one for each field, as often as fragments repeat it, and that of what is
 * selected of a list times its length. The list of a field that is given one, as `nodes` is given ids, is as long as
 * that, and each of its items costs 5 of its own; others are taken to be 10 long. Counting takes as long as the document
 * is, whatever the cost.
 *
 * @returns `Infinity` when introspection alone costs more than `max`
 */
export type OperationCost = (document: Pick<DocumentNode, 'definitions'>, variables?: Readonly<Record<string, unknown>>) => number;

/** @param options.max introspection is counted no further than to here */
export function createOperationCost(schema: GraphQLSchema, { max }: { max: number }): OperationCost {
  const lists = namesOfLists(schema);
  return ({ definitions }, variables = {}) => {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of definitions) if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition);
    const fragmentCosts = new Map<string, number>();
    const longestGiven = givenLengths(definitions, variables);
    let introspectionLeft = max;

    const ofSelections = (set: SelectionSetNode | undefined): number => set?.selections.reduce((sum, selection) => sum + ofSelection(selection), 0) ?? 0;
    const ofSelection = (selection: SelectionNode): number => {
      if (selection.kind === 'FragmentSpread') return ofFragment(selection.name.value);
      if (selection.kind === 'InlineFragment') return ofSelections(selection.selectionSet);
      const name = selection.name.value;
      if (name === '__schema' || name === '__type') {
        const cost = introspectionCost(selection, { schema, fragments, variables, max: introspectionLeft });
        introspectionLeft -= cost;
        return cost;
      }
      const given = longestGiven(selection);
      const each = ofSelections(selection.selectionSet);
      if (given !== undefined) return 1 + given * (COST_OF_ITEM + each);
      return 1 + (lists.has(name) ? ASSUMED_LENGTH : 1) * each;
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
  };
}

function namesOfLists(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = types.flatMap((type) => Object.values(type.getFields()));
  return new Set(fields.filter(({ type }) => isListType(getNullableType(type))).map(({ name }) => name));
}
