import { busy } from './upload-errors.ts';

const RETRY_AFTER_SECONDS = 2;

/** Bytes that all uploads of a process share, so that many at once cannot use up its memory. */
export interface ByteBudget {
  /** Bytes that are reserved at the moment. */
  readonly reserved: number;
  /**
   * Sets `bytes` aside.
   * @returns gives them back; further calls do nothing
   * @throws {GraphQLError} code `BUSY` when fewer are left
   */
  reserve(bytes: number): () => void;
}

/** A budget of `total` bytes. */
export function createByteBudget(total: number): ByteBudget {
  let reserved = 0;
  return {
    get reserved() {
      return reserved;
    },
    reserve(bytes) {
      if (reserved + bytes > total) {
        throw busy(`Expected at most ${total - reserved} more bytes of uploads at the moment but received ${bytes}; try again in ${RETRY_AFTER_SECONDS} s`, RETRY_AFTER_SECONDS);
      }
      reserved += bytes;
      let held = bytes;
      return () => {
        reserved -= held;
        held = 0;
      };
    },
  };
}
