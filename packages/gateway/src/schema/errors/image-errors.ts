import { FileTooLargeError, ResolutionOutOfRangeError, UnreadableImageError, UnsupportedFormatError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** A header can claim more pixels than GraphQL's Int can say. */
const GREATEST_INT = 2 ** 31 - 1;

/** Adds the types of errors about the file that was sent. */
export function addImageErrors(builder: GatewayBuilder): void {
  builder.objectType(FileTooLargeError, {
    name: 'FileTooLargeError',
    description: 'The file holds too many bytes.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      maxBytes: t.exposeInt('maxBytes', { description: 'Most bytes that are accepted.' }),
      // Members of a union can be selected together only when fields of one name have one type: Int!, as in SlimmedImage.
      byteSize: t.int({ description: 'Bytes of the file; maxBytes + 1 when counting ended there.', resolve: ({ byteSize, maxBytes }) => byteSize ?? maxBytes + 1 }),
    }),
  });

  builder.objectType(UnsupportedFormatError, {
    name: 'UnsupportedFormatError',
    description: 'The file is not of an accepted format, whatever its name says.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      accepted: t.stringList({ description: 'Media types that are accepted.', resolve: ({ accepted }) => [...accepted] }),
      detected: t.exposeString('detected', { nullable: true, description: 'Media type of the file by its first bytes; null when it is not known.' }),
    }),
  });

  builder.objectType(UnreadableImageError, {
    name: 'UnreadableImageError',
    description: 'The file is empty, cut off or damaged.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(ResolutionOutOfRangeError, {
    name: 'ResolutionOutOfRangeError',
    description: 'A side of the image is too short or too long.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      width: t.int({ description: 'Width of the image in pixels.', resolve: ({ width }) => Math.min(width, GREATEST_INT) }),
      height: t.int({ description: 'Height of the image in pixels.', resolve: ({ height }) => Math.min(height, GREATEST_INT) }),
      minSide: t.exposeInt('minSide', { description: 'Least width and height in pixels.' }),
      maxSide: t.exposeInt('maxSide', { description: 'Greatest width and height in pixels.' }),
    }),
  });
}
