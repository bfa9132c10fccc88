import { passGate, requireCaller } from '../access/gate.ts';
import { checkSlimOptions } from '../check-slim-options.ts';
import { about, invalidArgument } from '../invalid-argument.ts';
import { observe } from '../observe/operation.ts';
import { slimPhoto } from '../slim-photo.ts';
import type { GatewayBuilder } from './builder.ts';
import { photoErrors, slimFacesErrors } from './errors/caller-errors.ts';
import { shapeDescription } from './face-inputs.ts';
import { slimDegreeInput } from './slim-degree.ts';

/** Adds `mutation { slimFaces }`. */
export function addSlimFaces(builder: GatewayBuilder): void {
  const SlimFacesInput = builder.inputType('SlimFacesInput', {
    description: 'Photos and how to slim them.',
    fields: (t) => ({
      images: t.field({ type: ['Upload'], required: true, description: 'The photos, at least one. See imageRequirements for how many there may be, and what each of them must be like.' }),
      slimDegree: t.float(slimDegreeInput),
      shape: t.field({ type: 'FaceShapeInput', description: shapeDescription }),
    }),
  });

  const SlimFacesItem = builder.errorUnion('SlimFacesItem', {
    description: 'One slimmed photo, or why there is none.',
    types: ['SlimmedImage', ...photoErrors],
  });

  builder.objectType('SlimFacesSuccess', {
    description: 'What became of each photo.',
    fields: (t) => ({
      items: t.field({
        type: [SlimFacesItem],
        description: 'One for each photo, in the order of `images`.',
        // The plugin turns rejections into members of the union; a fault of the request stays an error of its item.
        resolve: ({ outcomes }) => outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : Promise.reject(outcome.reason))),
      }),
    }),
  });

  builder.mutationField('slimFaces', (t) =>
    t.field({
      type: 'SlimFacesSuccess',
      description: 'Slims every face in several photos, all by the same degree and shape. One that is not accepted does not hold up the others.',
      args: { input: t.arg({ type: SlimFacesInput, required: true, description: 'The photos and how to slim them.' }) },
      errors: {
        types: [...slimFacesErrors],
        union: { name: 'SlimFacesResult', description: 'What became of each photo, or why none was looked at.' },
      },
      async resolve(_root, { input: { images, slimDegree, shape } }, context) {
        try {
          requireCaller(context);
          const { maxImages } = context;
          if (images.length > maxImages) throw invalidArgument('images', `Expected images to hold at most ${maxImages} photos but received ${images.length}`);
          await about('images', () => passGate(context, images.length));
          if (images.length === 0) throw invalidArgument('images', 'Expected images to hold at least 1 photo but received 0');
          await checkSlimOptions({ slimDegree, shape }, context.slimmer);
        } catch (error) {
          return observe('slimFaces', context, () => Promise.reject(error)); // one outcome for all of them; below, one for each
        }
        const slim = (image: (typeof images)[number]) =>
          observe('slimFaces', context, (operation) => context.admission.hold((place) => slimPhoto({ image, slimDegree, shape }, { place, operation, context }), context.caller));
        return { outcomes: await Promise.allSettled(images.map(slim)) };
      },
    }),
  );
}
