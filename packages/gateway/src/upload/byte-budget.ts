import { BusyError } from '@slimface/core';

const RETRY_AFTER_SECONDS = 2;

/** Bytes that all uploads of a process share, so that many at once cannot use up its memory. */
export interface ByteBudget {
  /** A reservation of nothing yet. */
  reserve(): Reservation;
}

/** What one upload holds of a budget. */
export interface Reservation {
  /**
   * Sets `bytes` more aside.
   * @throws {BusyError} fewer are left; with the seconds to wait
   */
  add(bytes: number): void;
  /** Gives everything back; from then on neither method does anything. */
  release(): void;
}

/** A budget of `total` bytes. */
export function createByteBudget(total: number): ByteBudget {
  let left = total;
  return {
    reserve() {
      let held = 0;
      let released = false;
      return {
        add(bytes) {
          if (released) return; // what still arrives after the answer is dropped, and nobody would give it back
          if (bytes > left) {
            throw new BusyError(`Expected at most ${left} more bytes of uploads at the moment but received ${bytes}; try again in ${RETRY_AFTER_SECONDS} s`, { retryAfter: RETRY_AFTER_SECONDS });
          }
          left -= bytes;
          held += bytes;
        },
        release() {
          left += held;
          held = 0;
          released = true;
        },
      };
    },
  };
}
