import { slimDegreeRange } from '@slimface/core';
import { slimPhoto } from '../slim-photo.ts';
import type { GatewayBuilder } from './builder.ts';
import { callerErrors, toCallerError } from './errors/to-caller-error.ts';

/** Adds `mutation { slimFace }`. */
export function addSlimFace(builder: GatewayBuilder): void {
  const { min, max } = slimDegreeRange;

  const SlimFaceInput = builder.inputType('SlimFaceInput', {
    description: 'A photo and how to slim it.',
    fields: (t) => ({
      image: t.field({ type: 'Upload', required: true, description: 'The photo. See imageRequirements for what is accepted.' }),
      slimDegree: t.float({
        defaultValue: slimDegreeRange.default,
        description: `How much to slim, ${min} to ${max}: the jaw gets narrower by about 6 % of its width for each 1. 0 changes nothing. Null is no degree and ends in InvalidSlimDegreeError: leave the field out for the default.`,
      }),
    }),
  });

  builder.mutationField('slimFace', (t) =>
    t.field({
      type: 'SlimmedImage',
      description: 'Slims every face in a photo.',
      args: { input: t.arg({ type: SlimFaceInput, required: true, description: 'The photo and how to slim it.' }) },
      errors: {
        types: [...callerErrors],
        union: { name: 'SlimFaceResult', description: 'The slimmed photo, or why there is none.' },
      },
      resolve: async (_root, { input: { image, slimDegree } }, context) => {
        const { logger, requestId } = context;
        const started = performance.now();
        try {
          const result = await slimPhoto({ image, slimDegree }, context);
          logger.info({ requestId, outcome: 'OK', ms: msSince(started), faces: result.faces.length, byteSize: result.byteSize }, 'slimFace');
          return result;
        } catch (error) {
          const callerError = toCallerError(error, context);
          logger.info({ requestId, outcome: callerError.code, ms: msSince(started) }, 'slimFace');
          throw callerError;
        }
      },
    }),
  );
}

function msSince(started: number): number {
  return Math.round(performance.now() - started);
}
