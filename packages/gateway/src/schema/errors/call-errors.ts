import { InternalError, InvalidInputError, InvalidSlimDegreeError, UploadInterruptedError } from '@slimface/core';
import { argumentOf } from '../../invalid-argument.ts';
import type { GatewayBuilder } from '../builder.ts';

/** Adds the types of errors about the call itself, and of ours. */
export function addCallErrors(builder: GatewayBuilder): void {
  builder.objectType(InvalidSlimDegreeError, {
    name: 'InvalidSlimDegreeError',
    description: 'A slimDegree is out of range.',
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
    fields: (t) => ({
      argument: t.string({ nullable: true, description: 'The field of `input` to change, e.g. `faces`; null when it is not about one alone.', resolve: (error) => argumentOf(error) ?? null }),
    }),
  });

  builder.objectType(UploadInterruptedError, {
    name: 'UploadInterruptedError',
    description: 'The file did not arrive as a whole.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(InternalError, {
    name: 'InternalError',
    description: 'A fault of the gateway, not of the caller. Its requestId helps those who look into it.',
    interfaces: ['SlimFaceError'],
  });
}
