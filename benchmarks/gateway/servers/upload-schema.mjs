// What the peers serve: one upload, whose bytes they have in the end.
import { GraphQLScalarType } from 'graphql';

export const typeDefs = /* GraphQL */ `
  scalar Upload
  scalar File
  type Uploaded { byteSize: Int! }
  type Query { ready: Boolean }
  type Mutation { upload(image: Upload!): Uploaded! }
`;

export const resolvers = {
  Upload: new GraphQLScalarType({ name: 'Upload', parseValue: (upload) => upload.promise }),
  Mutation: {
    async upload(_root, { image }) {
      const chunks = [];
      for await (const chunk of (await image).createReadStream()) chunks.push(chunk);
      return { byteSize: Buffer.concat(chunks).byteLength };
    },
  },
};
