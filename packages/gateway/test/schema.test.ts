import { createRequire } from 'node:module';
import type { GraphQLNamedType, GraphQLUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../src/schema/build-schema.ts';

// Vite would pick graphql's other build here, and graphql refuses a schema that was made with another copy of it.
const { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType, isUnionType, lexicographicSortSchema, printSchema } = createRequire(import.meta.url)(
  'graphql',
) as typeof import('graphql');

const schema = buildSchema();
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));
const unions = types.filter(isUnionType);

describe('schema', () => {
  it('is what schema.graphql says; update it with: npm test -- packages/gateway/test/schema.test.ts -u', async () => {
    await expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toMatchFileSnapshot('../schema.graphql');
  });

  it('describes every type, field, argument and value', () => {
    const described = types.flatMap(partsOf);
    expect(described.map(([name]) => name)).toEqual(
      expect.arrayContaining(['SlimFaceResult', 'Upload', 'Node', 'Mutation.slimFaces', 'Mutation.slimFaces(input)', 'SlimFaceInput.idempotencyKey', 'FaceDegreeInput.index', 'SlimFacesSuccess.items', 'Query.nodes(ids)']),
    );
    expect(described.filter(([, description]) => !description).map(([name]) => name)).toEqual([]);
  });

  it.for(unions.map((union) => [union.name, union] as const))('gives fields of one name one type in every member of %s, so that they can be selected together', ([, union]) => {
    const known = new Map<string, string>();
    for (const member of union.getTypes()) {
      for (const field of Object.values(member.getFields())) {
        expect(`${field.name}: ${String(field.type)}`).toBe(`${field.name}: ${known.get(field.name) ?? String(field.type)}`);
        known.set(field.name, String(field.type));
      }
    }
  });

  it('has unions of one result and errors of the interface SlimFaceError', () => {
    expect(Object.fromEntries(unions.map((union) => [union.name, resultsOf(union)]))).toEqual({
      DetectFacesResult: ['DetectedFaces'],
      SlimFaceResult: ['SlimmedImage'],
      SlimFacesResult: ['SlimFacesSuccess'],
      SlimFacesItem: ['SlimmedImage'],
      SlimmedImageResult: ['SlimmedImage'],
    });
  });
});

/** Everything of a type that can have a description. */
function partsOf(type: GraphQLNamedType): [name: string, description: string | null | undefined][] {
  const parts: [string, string | null | undefined][] = [[type.name, type.description]];
  if (isEnumType(type)) for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value.description]);
  if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) parts.push([`${type.name}.${field.name}`, field.description]);
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push([`${type.name}.${field.name}`, field.description]);
      for (const arg of field.args) parts.push([`${type.name}.${field.name}(${arg.name})`, arg.description]);
    }
  }
  return parts;
}

function resultsOf(union: GraphQLUnionType): string[] {
  return union
    .getTypes()
    .filter((type) => !type.getInterfaces().some(({ name }) => name === 'SlimFaceError'))
    .map(({ name }) => name);
}
