// Yoga as it comes, with its own parser of multipart requests.
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { typeDefs } from './upload-schema.mjs';

export async function start(listen) {
  const resolvers = { Mutation: { upload: async (_root, { image }) => ({ byteSize: (await image.arrayBuffer()).byteLength }) } };
  return listen(createServer(createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false })));
}
