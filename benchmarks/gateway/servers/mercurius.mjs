import fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusUpload from 'mercurius-upload';
import { resolvers, typeDefs } from './upload-schema.mjs';

export async function start(listen) {
  const app = fastify({ bodyLimit: 100e6 });
  app.register(mercuriusUpload, { maxFileSize: 100e6, maxFiles: 10 });
  app.register(mercurius, { schema: typeDefs, resolvers });
  await app.ready();
  return listen(app.server);
}
