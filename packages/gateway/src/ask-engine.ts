import { ForbiddenError, InternalError, InvalidSlimDegreeError, UnauthorizedError } from '@slimface/core';

/** Asks an engine. What it says about the gateway itself is a fault of the gateway, and nothing that a caller could mend. */
export async function askEngine<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof UnauthorizedError || cause instanceof ForbiddenError) throw new InternalError("The engine refuses the gateway's own key", { cause });
    if (cause instanceof InvalidSlimDegreeError) throw new InternalError('The engine refuses a slimDegree that its requirements allow', { cause });
    throw cause;
  }
}
