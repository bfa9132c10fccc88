import { BusyError } from '@slimface/core';

const RETRY_AFTER_SECONDS = 2;

/** Bytes that all uploads of a process share, so that many at once cannot use up its memory. */
export interface ByteBudget {
  /**
   * A reservation of nothing yet.
   * @param caller who it is for, as `countedAs` says
   */
  reserve(caller: string): Reservation;
}

/** What one upload holds of a budget. */
export interface Reservation {
  /**
   * Sets `bytes` more aside.
   * @throws {BusyError} fewer are left, of the budget or of the caller's share; with the seconds to wait
   */
  add(bytes: number): void;
  /** Gives everything back; from then on neither method does anything. */
  release(): void;
}

/**
 * A budget of `total` bytes. With several uploads at a time, a caller gets half of it at most, so that one who sends slowly
 * does not shut out everybody else; a single upload may take all that is left.
 */
export function createByteBudget(total: number): ByteBudget {
  let left = total;
  const heldBy = new Map<string, number>();
  return {
    reserve(caller) {
      let held = 0;
      let released = false;
      return {
        add(bytes) {
          if (released) return; // what still arrives after the answer is dropped, and nobody would give it back
          const ofCaller = heldBy.get(caller) ?? 0;
          const free = ofCaller > held ? Math.min(left, Math.max(0, Math.floor(total / 2) - ofCaller)) : left;
          if (bytes > free) {
            throw new BusyError(`Expected at most ${free} more bytes of uploads at the moment but received ${bytes}; try again in ${RETRY_AFTER_SECONDS} s`, { retryAfter: RETRY_AFTER_SECONDS });
          }
          left -= bytes;
          held += bytes;
          heldBy.set(caller, ofCaller + bytes);
        },
        release() {
          left += held;
          const others = (heldBy.get(caller) ?? 0) - held;
          if (others > 0) heldBy.set(caller, others);
          else heldBy.delete(caller);
          held = 0;
          released = true;
        },
      };
    },
  };
}
