import type { FaceShape } from '@slimface/core';
import type { GatewayBuilder } from './builder.ts';
import { slimDegreeInput } from './slim-degree.ts';

const controls = {
  jaw: 'Width of the jaw between the ear lobes and the chin.',
  cheek: 'Width of the face at the cheeks, between the eyes and the mouth.',
  chin: 'Length of the chin below the lips.',
  chinWidth: 'Width of the chin.',
  symmetry: "Balance between the two sides of an upright face: positive moves both sides of the jaw to the right, negative to the left, and the chin stays.",
} satisfies Record<keyof FaceShape, string>;

/** Of a `shape` beside a `slimDegree`. */
export const shapeDescription = 'What to change about the shape of the faces, at every degree. Left out or null: nothing.';

/** Adds the inputs that say which face is meant, and what shape it is to have. */
export function addFaceInputs(builder: GatewayBuilder): void {
  builder.inputType('PointInput', {
    description: 'A point in pixels of the upright image; the origin is its top left corner.',
    fields: (t) => ({
      x: t.float({ required: true, description: 'Pixels from the left edge.' }),
      y: t.float({ required: true, description: 'Pixels from the top edge.' }),
    }),
  });

  builder.inputType('FaceShapeInput', {
    description:
      'What to change about the shape of a face beside its degree, and at every degree, 0 included. Each control is -1 to 1: positive makes its part larger, negative smaller, and 0 changes nothing. Null is no such number and ends in InvalidInputError: leave the field out for 0. Only for engines that can, as the local one; others refuse by name what is not 0.',
    fields: (t) => {
      const control = (name: keyof typeof controls) => t.float({ defaultValue: 0, description: controls[name] });
      return { jaw: control('jaw'), cheek: control('cheek'), chin: control('chin'), chinWidth: control('chinWidth'), symmetry: control('symmetry') };
    },
  });

  builder.inputType('FaceDegreeInput', {
    description: 'A face and what to do to it. Either index or at names the face.',
    fields: (t) => ({
      index: t.int({ description: 'Index of the face as detectFaces lists it, 0 for the leftmost.' }),
      at: t.field({ type: 'PointInput', description: "A point inside the face's box. Where boxes overlap, the nearest centre counts." }),
      slimDegree: t.float({ description: slimDegreeInput.description.replace('for the default', 'for the slimDegree beside `faces`') }),
      shape: t.field({ type: 'FaceShapeInput', description: 'Shape of this face. Left out or null: the shape beside `faces`.' }),
    }),
  });
}
