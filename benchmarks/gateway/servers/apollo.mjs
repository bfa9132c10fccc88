import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import graphqlUploadExpress from 'graphql-upload/graphqlUploadExpress.mjs';
import { resolvers, typeDefs } from './upload-schema.mjs';

export async function start(listen) {
  const server = new ApolloServer({ typeDefs, resolvers });
  await server.start();
  const app = express();
  app.use('/graphql', graphqlUploadExpress({ maxFileSize: 100e6, maxFiles: 10 }), expressMiddleware(server));
  return listen(createServer(app));
}
