import { FaceTooSmallError, FaceUnusableError, NoFaceError, TooManyFacesError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** Adds the types of errors about the faces in a photo. */
export function addFaceErrors(builder: GatewayBuilder): void {
  builder.objectType(NoFaceError, {
    name: 'NoFaceError',
    description: 'No face was found.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(TooManyFacesError, {
    name: 'TooManyFacesError',
    description: 'More faces were found than are accepted in one photo.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      found: t.exposeInt('found', { nullable: true, description: 'Faces in the photo; null when the engine did not say.' }),
      // Float as in InvalidSlimDegreeError: members of a union can be selected together only when fields of one name have one type.
      max: t.exposeFloat('max', { description: 'Most faces that are accepted.' }),
    }),
  });

  builder.objectType(FaceTooSmallError, {
    name: 'FaceTooSmallError',
    description: 'Every face in the photo is too small.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      faceWidth: t.exposeFloat('faceWidth', { nullable: true, description: 'Width of the largest face in pixels; null when the engine did not say.' }),
      faceHeight: t.exposeFloat('faceHeight', { nullable: true, description: 'Height of the largest face in pixels; null when the engine did not say.' }),
      minFaceSide: t.exposeInt('minFaceSide', { description: 'Least width and height of a face in pixels.' }),
    }),
  });

  builder.objectType(FaceUnusableError, {
    name: 'FaceUnusableError',
    description: 'A face was found that cannot be worked on: blurred, covered, cut off or turned away.',
    interfaces: ['SlimFaceError'],
  });
}
