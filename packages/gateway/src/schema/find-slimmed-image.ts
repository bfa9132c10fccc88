import { requireCaller } from '../access/gate.ts';
import { toCallerError } from '../to-caller-error.ts';
import type { GatewayBuilder } from './builder.ts';
import { lookupErrors } from './errors/caller-errors.ts';
import type { FindSlimmedImage } from './slimmed-image.ts';

/** Adds `query { slimmedImage }`. */
export function addFindSlimmedImage(builder: GatewayBuilder, find: FindSlimmedImage): void {
  builder.queryField('slimmedImage', (t) =>
    t.field({
      type: 'SlimmedImage',
      nullable: true,
      description: 'The slimmed photo with this id, or why it is gone; null for an id that nobody knows. That of a photo that has expired is known for some days.',
      args: { id: t.arg.globalID({ required: true, description: 'An id as a SlimmedImage stated it.' }) },
      errors: {
        types: [...lookupErrors],
        union: { name: 'SlimmedImageResult', description: 'A slimmed photo, or why it cannot be had.' },
      },
      async resolve(_root, { id }, context) {
        try {
          requireCaller(context);
          return await find(id, context);
        } catch (error) {
          throw toCallerError(error, context);
        }
      },
    }),
  );
}
