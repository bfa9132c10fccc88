import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../src/schema/build-schema.ts';

// Vite would pick graphql's other build here, and graphql refuses a schema that was made with another copy of it.
const { isInterfaceType, isObjectType, isUnionType, lexicographicSortSchema, printSchema } = createRequire(import.meta.url)('graphql') as typeof import('graphql');

const schema = buildSchema();

describe('schema', () => {
  it('is what schema.graphql says; update it with: npm test -- packages/gateway/test/schema.test.ts -u', async () => {
    await expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toMatchFileSnapshot('../schema.graphql');
  });

  it('describes every type, field and argument', () => {
    const silent: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['Boolean', 'Float', 'ID', 'Int', 'String'].includes(type.name)) continue;
      if (!type.description) silent.push(type.name);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (!field.description) silent.push(`${type.name}.${field.name}`);
        for (const arg of field.args) if (!arg.description) silent.push(`${type.name}.${field.name}(${arg.name})`);
      }
    }
    expect(silent).toEqual([]);
  });

  it('gives fields of one name one type in every member of SlimFaceResult, so that they can be selected together', () => {
    const union = schema.getType('SlimFaceResult');
    if (!isUnionType(union)) throw new Error('SlimFaceResult is no union');
    const types = new Map<string, string>();
    for (const member of union.getTypes()) {
      for (const field of Object.values(member.getFields())) {
        expect(`${field.name}: ${String(field.type)}`).toBe(`${field.name}: ${types.get(field.name) ?? String(field.type)}`);
        types.set(field.name, String(field.type));
      }
    }
  });

  it('has the interface SlimFaceError on every member but the image', () => {
    const union = schema.getType('SlimFaceResult');
    if (!isUnionType(union)) throw new Error('SlimFaceResult is no union');
    const others = union.getTypes().filter((type) => !type.getInterfaces().some(({ name }) => name === 'SlimFaceError'));
    expect(others.map(({ name }) => name)).toEqual(['SlimmedImage']);
  });
});
