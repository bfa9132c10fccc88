import { InternalError, InvalidInputError, InvalidSlimDegreeError, UploadInterruptedError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';
import type { SlimFaceErrorClass } from './slim-face-error.ts';

/** Errors about the call itself, and ours. */
export const callErrors: readonly SlimFaceErrorClass[] = [InvalidSlimDegreeError, InvalidInputError, UploadInterruptedError, InternalError];

/** Adds the types of `callErrors`. */
export function addCallErrors(builder: GatewayBuilder): void {
  builder.objectType(InvalidSlimDegreeError, {
    name: 'InvalidSlimDegreeError',
    description: 'slimDegree is out of range.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      min: t.exposeFloat('min', { description: 'Least accepted slimDegree.' }),
      max: t.exposeFloat('max', { description: 'Greatest accepted slimDegree.' }),
      received: t.float({ nullable: true, description: 'What was received; null when that was no number.', resolve: ({ received }) => (typeof received === 'number' ? received : null) }),
    }),
  });

  builder.objectType(InvalidInputError, {
    name: 'InvalidInputError',
    description: 'An argument has a value that is not accepted.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(UploadInterruptedError, {
    name: 'UploadInterruptedError',
    description: 'The file did not arrive as a whole.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(InternalError, {
    name: 'InternalError',
    description: 'A fault of the gateway, not of the caller. Its message names the request for those who look into it.',
    interfaces: ['SlimFaceError'],
  });
}
