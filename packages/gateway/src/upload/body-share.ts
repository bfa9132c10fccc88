import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyFault } from './body-fault.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What the body of one request takes of the budget. */
export interface BodyShare {
  /**
   * Counts bytes that have arrived.
   * @throws {BodyFault} it has begun, and they are more than the body may have
   * @throws {BusyError} it has begun, and they are more than is left
   */
  arrived(bytes: number): void;
  /**
   * Takes what the files of the whole body may need, or of what has arrived of one that does not say how long it is.
   * @param limits of a body with as many files as this one brings
   * @throws {BodyFault} it says that it is longer than it may be
   * @throws {BusyError} it is more than is left
   */
  begin(limits: Pick<UploadLimits, 'maxBodyBytes' | 'maxFileBytes' | 'maxFiles'>): void;
  /** Bytes that have arrived. */
  readonly received: number;
}

/** What shares are taken of, and for whom. */
export interface ShareOptions {
  readonly budget: ByteBudget;
  /** Who sent the request, as `countedAs` says. */
  readonly caller: string;
}

/** Sets aside what a request's body needs from `begin` on until `res` has been sent. */
export function shareFor(req: IncomingMessage, res: ServerResponse, { budget, caller }: ShareOptions): BodyShare {
  const reservation = budget.reserve(caller);
  if (res.closed) reservation.release(); // the client has left already
  else res.once('close', reservation.release);
  const { 'content-length': length } = req.headers;
  const declared = length === undefined ? undefined : Number(length);
  let received = 0;
  let reserved = 0;
  let limits: { readonly maxBodyBytes: number; readonly maxKeptBytes: number } | undefined;

  const reserve = (bodyBytes: number): void => {
    if (limits === undefined) return;
    const { maxBodyBytes, maxKeptBytes } = limits;
    if (bodyBytes > maxBodyBytes) throw new BodyFault('body too long', `Expected a body of at most ${maxBodyBytes} bytes but received ${declared === undefined ? 'more than that' : `one of ${declared}`}`);
    const kept = Math.min(bodyBytes, maxKeptBytes); // no file is kept beyond its limit
    reservation.add(kept - reserved);
    reserved = kept;
  };
  return {
    arrived(bytes) {
      received += bytes;
      if (declared === undefined) reserve(received);
    },
    begin({ maxBodyBytes, maxFileBytes, maxFiles }) {
      limits = { maxBodyBytes, maxKeptBytes: maxFiles * maxFileBytes };
      reserve(declared ?? received);
    },
    get received() {
      return received;
    },
  };
}
