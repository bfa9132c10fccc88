import { InvalidInputError } from './errors/call-errors.ts';
import type { FaceShape } from './face.ts';

/** A shape with all its controls in place. */
export type ResolvedFaceShape = { readonly [Control in keyof FaceShape]-?: number };

/** Names of the controls, in the order in which they are told. */
export const shapeControls: readonly (keyof FaceShape)[] = Object.freeze(['jaw', 'cheek', 'chin', 'chinWidth', 'symmetry'] as const);

/**
 * Fills in 0 for the controls that are left out.
 * @throws {InvalidInputError} no object, a name that is no control, or a value that is not a number from -1 to 1
 */
export function resolveFaceShape(shape: FaceShape = {}): ResolvedFaceShape {
  if (typeof shape !== 'object' || shape === null || Symbol.iterator in shape) throw new InvalidInputError('shape to be an object', shape);
  const unknown = Object.keys(shape).find((name) => !shapeControls.includes(name as keyof FaceShape));
  if (unknown !== undefined) throw new InvalidInputError(`shape to have ${shapeControls.join(', ')} and nothing else`, unknown);
  const { jaw, cheek, chin, chinWidth, symmetry } = shape;
  return { jaw: check('jaw', jaw), cheek: check('cheek', cheek), chin: check('chin', chin), chinWidth: check('chinWidth', chinWidth), symmetry: check('symmetry', symmetry) };
}

function check(name: string, value: number = 0): number {
  if (typeof value === 'number' && value >= -1 && value <= 1) return value;
  throw new InvalidInputError(`shape.${name} between -1 and 1`, value);
}
