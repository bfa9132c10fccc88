import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { examples, firstPhoto } from '../../src/pages/examples.ts';
import { uploadFieldsOf } from '../../src/pages/upload-bar.ts';
import { buildSchema } from '../../src/schema/build-schema.ts';

const schema = buildSchema();

describe('examples', () => {
  it.each([firstPhoto, ...examples])('fit the schema: $query', ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  it('leave null what is an upload, which the bar of GraphiQL then fills', () => {
    expect(uploadFieldsOf(schema)).toContain('image');
    expect(JSON.parse(examples[0].variables ?? '')).toEqual(firstPhoto.variables);
  });
});
