import { passGate } from '../access/gate.ts';
import { observe } from '../observe/operation.ts';
import { slimPhoto } from '../slim-photo.ts';
import type { GatewayBuilder } from './builder.ts';
import { slimFaceErrors } from './errors/caller-errors.ts';
import { shapeDescription } from './face-inputs.ts';
import { slimDegreeInput } from './slim-degree.ts';

/** Adds `mutation { slimFace }`. */
export function addSlimFace(builder: GatewayBuilder): void {
  const SlimFaceInput = builder.inputType('SlimFaceInput', {
    description: 'A photo and how to slim it.',
    fields: (t) => ({
      image: t.field({ type: 'Upload', required: true, description: 'The photo. See imageRequirements for what is accepted.' }),
      slimDegree: t.float(slimDegreeInput),
      shape: t.field({ type: 'FaceShapeInput', description: shapeDescription }),
      faces: t.field({
        type: ['FaceDegreeInput'],
        description:
          'Faces to slim. Faces that are not listed are left as they are, so an empty list gives the photo back; slimDegree and shape are those of the listed faces that have none of their own. Left out or null: every face is slimmed by slimDegree and shape.',
      }),
      idempotencyKey: t.string({
        description:
          'A name of your own for this request, 1 to 200 printable ASCII characters, e.g. a UUID. Send it again, with the same photo and options, when you do not know whether a request went through: as long as the first result is kept, it is the answer to both. With other ones it ends in InvalidInputError. A request that failed leaves its key unused.',
      }),
    }),
  });

  builder.mutationField('slimFace', (t) =>
    t.field({
      type: 'SlimmedImage',
      description: 'Slims the faces in a photo: every one, or those that `faces` lists.',
      args: { input: t.arg({ type: SlimFaceInput, required: true, description: 'The photo and how to slim it.' }) },
      errors: {
        types: [...slimFaceErrors],
        union: { name: 'SlimFaceResult', description: 'The slimmed photo, or why there is none.' },
      },
      resolve: (_root, { input: { image, slimDegree, shape, faces, idempotencyKey } }, context) =>
        observe('slimFace', context, async (operation) => {
          await passGate(context, 1);
          const photo = { image, slimDegree, shape, faces, idempotencyKey: idempotencyKey ?? undefined };
          return context.admission.hold((place) => slimPhoto(photo, { place, operation, context }), context.caller);
        }),
    }),
  );
}
