import { InvalidInputError } from '@slimface/core';

/** Arguments that an `InvalidInputError` can be about: fields of the schema's inputs. */
export type ArgumentName = 'images' | 'shape' | 'faces' | 'idempotencyKey';

/** An `InvalidInputError` about one argument, in words of its own: they need not show what was received. */
export function invalidArgument(argument: ArgumentName, message: string): InvalidInputError {
  return Object.assign(new InvalidInputError('', undefined, { message }), { argument });
}

/** Does `work`; an `InvalidInputError` that comes out of it is about `argument`. */
export async function about<T>(argument: ArgumentName, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InvalidInputError ? Object.assign(error, { argument }) : error;
  }
}

/** The argument that an error is about; `undefined` when it is about more than one, or about none. */
export function argumentOf(error: InvalidInputError & { readonly argument?: ArgumentName }): ArgumentName | undefined {
  return error.argument;
}
