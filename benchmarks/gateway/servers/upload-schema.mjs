// What the peers serve: one upload, of which they count the bytes. Slimface also has to keep them.
import { GraphQLScalarType } from 'graphql';

export const typeDefs = /* GraphQL */ `
  scalar Upload
  scalar File
  type Uploaded { byteSize: Int! }
  type Query { ready: Boolean }
  type Mutation { upload(image: Upload!): Uploaded! }
`;

export async function countBytes(stream) {
  let byteSize = 0;
  for await (const chunk of stream) byteSize += chunk.length;
  return { byteSize };
}

export const resolvers = {
  Upload: new GraphQLScalarType({ name: 'Upload', parseValue: (upload) => upload.promise }),
  Mutation: {
    upload: async (_root, { image }) => countBytes((await image).createReadStream()),
  },
};
