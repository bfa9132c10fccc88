import type { DocumentNode, FieldNode } from 'graphql';

/**
 * Tells the length of the longest list among the arguments of a field, written out or as a variable; `undefined` when
 * none is a list.
 */
export function givenLengths(definitions: DocumentNode['definitions'], variables: Readonly<Record<string, unknown>>): (field: FieldNode) => number | undefined {
  const ofVariables = lengthsOfVariables(definitions, variables);
  return ({ arguments: given = [] }) => {
    const lengths = given.flatMap(({ value }) => {
      if (value.kind === 'ListValue') return value.values.length;
      return value.kind === 'Variable' ? (ofVariables.get(value.name.value) ?? []) : [];
    });
    return lengths.length === 0 ? undefined : Math.max(...lengths);
  };
}

/** As they are given or by default, whichever is longer. */
function lengthsOfVariables(definitions: DocumentNode['definitions'], variables: Readonly<Record<string, unknown>>): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const [name, value] of Object.entries(variables)) if (Array.isArray(value)) lengths.set(name, value.length);
  for (const definition of definitions) {
    if (definition.kind !== 'OperationDefinition') continue;
    for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
      const name = variable.name.value;
      if (defaultValue?.kind === 'ListValue') lengths.set(name, Math.max(defaultValue.values.length, lengths.get(name) ?? 0));
    }
  }
  return lengths;
}
