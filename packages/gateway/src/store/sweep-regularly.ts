import { loggableError } from '../observe/loggable-error.ts';
import type { GatewayLogger } from '../observe/logger.ts';
import type { ResultStore } from './result-store.ts';

/**
 * Deletes expired results now and from time to time.
 * @returns stops it, after a last time
 */
export async function sweepRegularly(store: ResultStore, { everySeconds, logger }: { everySeconds: number; logger: GatewayLogger }): Promise<() => Promise<void>> {
  const sweep = (): Promise<void> => store.sweep().catch((error: unknown) => logger.error({ err: loggableError(error) }, 'some results could not be read or deleted'));
  await sweep();
  const sweeper = setInterval(() => void sweep(), everySeconds * 1000);
  sweeper.unref();
  return async () => {
    clearInterval(sweeper);
    await sweep();
  };
}
