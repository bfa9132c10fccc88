import type { GraphQLSchema } from 'graphql';
import { createBuilder } from './builder.ts';
import { addDateTime } from './date-time.ts';
import { addCallErrors } from './errors/call-errors.ts';
import { addFaceErrors } from './errors/face-errors.ts';
import { addImageErrors } from './errors/image-errors.ts';
import { addSlimFaceError } from './errors/slim-face-error.ts';
import { addUpstreamErrors } from './errors/upstream-errors.ts';
import { addImageRequirements } from './image-requirements.ts';
import { addSlimFace } from './slim-face.ts';
import { addSlimmedImage } from './slimmed-image.ts';
import { addUpload } from './upload.ts';

/** The gateway's schema. */
export function buildSchema(): GraphQLSchema {
  const builder = createBuilder();
  builder.queryType({ description: 'What can be read.' });
  builder.mutationType({ description: 'What can be done.' });
  addDateTime(builder);
  addUpload(builder);
  addImageRequirements(builder);
  addSlimmedImage(builder);
  addSlimFaceError(builder);
  addImageErrors(builder);
  addFaceErrors(builder);
  addCallErrors(builder);
  addUpstreamErrors(builder);
  addSlimFace(builder);
  return builder.toSchema();
}
