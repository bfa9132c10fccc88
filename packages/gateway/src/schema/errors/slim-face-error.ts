import type { SlimFaceError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** A class of core's error tree that has a type of its own in the schema. */
export type SlimFaceErrorClass = new (...args: never[]) => SlimFaceError;

/** Adds the interface of every expected failure. */
export function addSlimFaceError(builder: GatewayBuilder): void {
  builder.interfaceType('SlimFaceError', {
    description:
      'Why a request has no result. New types of it may be added: select `... on SlimFaceError { code message retryable }` to be ready for them. Send the request again as it is only where retryable is true, and not before retryAfter where there is one.',
    fields: (t) => ({
      code: t.string({ description: 'Stable name of the error for programs, one for each type, e.g. `NO_FACE` of NoFaceError.', resolve: ({ code }) => code }),
      message: t.exposeString('message', { description: 'What was received and what is accepted, for people. Its wording may change.' }),
      retryable: t.exposeBoolean('retryable', { description: 'Whether the same request may succeed later. Where it is false, something has to be changed first.' }),
      requestId: t.string({ description: 'Id of this request, as in the header `x-request-id` and in the log of the gateway.', resolve: (_error, _args, { requestId }) => requestId }),
    }),
  });
}
