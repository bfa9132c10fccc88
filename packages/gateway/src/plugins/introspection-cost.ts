import { __Schema, __Type, type FieldNode, type FragmentDefinitionNode, getNamedType, type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema, isObjectType, type SelectionSetNode } from 'graphql';

/** What a selection is looked at with. */
export interface IntrospectionCostOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Counting ends beyond this. */
  readonly max: number;
}

/**
 * Number of fields in the answer to `__schema` or `__type`, counted along the schema itself: an estimate by lengths of
 * lists would be wrong by a factor of ten in either direction. Takes no longer than `max` steps.
 *
 * @returns `Infinity` for more than `max`
 */
export function introspectionCost(root: FieldNode, { schema, fragments, variables, max }: IntrospectionCostOptions): number {
  let cost = 1;
  const visit = (set: SelectionSetNode | undefined, type: GraphQLObjectType, objects: readonly unknown[], within: readonly string[]): void => {
    for (const selection of set?.selections ?? []) {
      if (objects.length === 0 || cost > max) return;
      cost += objects.length;
      if (selection.kind === 'InlineFragment') visit(selection.selectionSet, type, objects, within);
      else if (selection.kind === 'FragmentSpread') {
        const name = selection.name.value;
        if (!within.includes(name)) visit(fragments.get(name)?.selectionSet, type, objects, [...within, name]);
      } else {
        const field = type.getFields()[selection.name.value];
        const of = field && getNamedType(field.type);
        if (!isObjectType(of)) continue;
        const children = objects.flatMap((object) => field?.resolve?.(object, { includeDeprecated: true }, undefined, { schema } as GraphQLResolveInfo) ?? []);
        visit(selection.selectionSet, of, children, within);
      }
    }
  };

  if (root.name.value === '__schema') visit(root.selectionSet, __Schema, [schema], []);
  else visit(root.selectionSet, __Type, [schema.getType(nameArgument(root, variables))].filter(Boolean), []);
  return cost > max ? Number.POSITIVE_INFINITY : cost;
}

function nameArgument({ arguments: given = [] }: FieldNode, variables: Readonly<Record<string, unknown>>): string {
  const value = given.find(({ name }) => name.value === 'name')?.value;
  return value?.kind === 'StringValue' ? value.value : value?.kind === 'Variable' ? String(variables[value.name.value]) : '';
}
