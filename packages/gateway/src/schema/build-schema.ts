import type { GraphQLSchema } from 'graphql';
import { addBox } from './box.ts';
import { createBuilder } from './builder.ts';
import { addDateTime } from './date-time.ts';
import { addDetectFaces } from './detect-faces.ts';
import { addEngine } from './engine.ts';
import { addAccessErrors } from './errors/access-errors.ts';
import { addCallErrors } from './errors/call-errors.ts';
import { addFaceErrors } from './errors/face-errors.ts';
import { addImageErrors } from './errors/image-errors.ts';
import { addResultErrors } from './errors/result-errors.ts';
import { addSlimFaceError } from './errors/slim-face-error.ts';
import { addUpstreamErrors } from './errors/upstream-errors.ts';
import { addFaceInputs } from './face-inputs.ts';
import { addFindSlimmedImage } from './find-slimmed-image.ts';
import { addImageRequirements } from './image-requirements.ts';
import { addNodeQueries } from './node-queries.ts';
import { addSlimFace } from './slim-face.ts';
import { addSlimFaces } from './slim-faces.ts';
import { addSlimmedImage } from './slimmed-image.ts';
import { addUpload } from './upload.ts';

/** The gateway's schema. */
export function buildSchema(): GraphQLSchema {
  const builder = createBuilder();
  builder.queryType({ description: 'What can be read.' });
  builder.mutationType({ description: 'What can be done.' });
  addDateTime(builder);
  addUpload(builder);
  addBox(builder);
  addFaceInputs(builder);
  const find = addSlimmedImage(builder);

  addSlimFaceError(builder);
  addAccessErrors(builder);
  addCallErrors(builder);
  addImageErrors(builder);
  addFaceErrors(builder);
  addUpstreamErrors(builder);
  addResultErrors(builder);

  addImageRequirements(builder);
  addEngine(builder);
  addNodeQueries(builder, find);
  addFindSlimmedImage(builder, find);
  addDetectFaces(builder);
  addSlimFace(builder);
  addSlimFaces(builder);
  return builder.toSchema();
}
