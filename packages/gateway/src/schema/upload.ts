import { createGraphQLError } from 'graphql-yoga';
import { ReceivedFile } from '../upload/received-file.ts';
import type { GatewayBuilder } from './builder.ts';

/** Adds the scalar for files; it only comes in. */
export function addUpload(builder: GatewayBuilder): void {
  builder.scalarType('Upload', {
    description: 'A file, sent as a part of a GraphQL multipart request. In JSON there is no way to write it.',
    serialize: () => {
      throw createGraphQLError('Upload does not go out');
    },
    parseValue: (value) => {
      if (value instanceof ReceivedFile) return value;
      throw createGraphQLError(`Expected a file of a GraphQL multipart request but received a ${typeof value}`);
    },
    parseLiteral: (node) => {
      throw createGraphQLError('Expected a variable with a file of a GraphQL multipart request but received a literal', { nodes: node });
    },
  });
}
