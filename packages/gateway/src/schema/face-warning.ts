import type { FaceWarning } from '@slimface/core';
import type { GatewayBuilder } from './builder.ts';

const warnings: Readonly<Record<FaceWarning, string>> = {
  FACE_ROTATED: 'The face lies on its side or upside down.',
  FACE_PROFILE: 'The face is turned aside, and its far side moved by less than half, or not at all.',
  FACE_AT_BORDER: 'The face reaches the border of the photo or comes near it, which holds the slimming back there.',
  FACE_SMALL: 'The face is so small that its outline is known to a pixel or two only.',
};

/** Adds the enum of what made an engine careful with a face. */
export function addFaceWarning(builder: GatewayBuilder): PothosSchemaTypes.EnumRef<PothosSchemaTypes.ExtendDefaultTypes<object>, FaceWarning> {
  return builder.enumType('FaceWarning', {
    description: 'Why a face was slimmed with care: less than asked for on one side, or from landmarks that are coarse.',
    values: Object.fromEntries(Object.entries(warnings).map(([name, description]) => [name, { description }])) as Record<FaceWarning, { description: string }>,
  });
}
