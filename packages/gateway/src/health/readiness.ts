import { loggableError } from '../observe/loggable-error.ts';
import type { GatewayLogger } from '../observe/logger.ts';

/** Whether a gateway can take photos. */
export interface Readiness {
  /** Why not, in words; `undefined` when it can. */
  readonly obstacle: string | undefined;
  /** From now on it takes no more. */
  drain(): void;
  /** Ends what runs in the background. */
  close(): void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Ready as soon as `selfTest` has passed. It starts at once, without holding up its caller; one that fails is logged,
 * and repeated after pauses that grow from 1 s to 30 s.
 */
export function createReadiness(selfTest: () => Promise<void>, logger: GatewayLogger): Readiness {
  let passed = false;
  let draining = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const test = async (pauseMs: number): Promise<void> => {
    try {
      await selfTest();
      passed = true;
    } catch (error) {
      if (closed) return; // its engine may have been closed meanwhile
      logger.error({ err: loggableError(error), nextInSeconds: pauseMs / 1000 }, 'self-test failed');
      timer = setTimeout(() => void test(Math.min(2 * pauseMs, LONGEST_PAUSE_MS)), pauseMs);
      timer.unref();
    }
  };
  void test(FIRST_PAUSE_MS);

  return {
    get obstacle() {
      if (draining) return 'this one is shutting down';
      return passed ? undefined : 'the self-test of its engine has not passed yet';
    },
    drain() {
      draining = true;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
