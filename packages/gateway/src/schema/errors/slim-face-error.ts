import type { SlimFaceError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** A class of core's error tree that has a type of its own in the schema. */
export type SlimFaceErrorClass = new (...args: never[]) => SlimFaceError;

/** Adds the interface of every expected failure. */
export function addSlimFaceError(builder: GatewayBuilder): void {
  builder.interfaceType('SlimFaceError', {
    description: 'Why a photo was not slimmed. New types of it may be added: select `... on SlimFaceError` to be ready for them.',
    fields: (t) => ({
      code: t.string({ description: 'Stable name of the error, e.g. `NO_FACE`.', resolve: ({ code }) => code }),
      message: t.exposeString('message', { description: 'What was received and what is accepted, for people.' }),
      retryable: t.exposeBoolean('retryable', { description: 'Whether the same request may succeed later.' }),
    }),
  });
}
