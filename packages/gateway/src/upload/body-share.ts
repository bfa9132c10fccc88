import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ByteBudget } from './byte-budget.ts';

/** What the body of one request takes of the budget, and how much of it is there. */
export interface BodyShare {
  /**
   * Counts bytes that have arrived.
   * @throws {BusyError} it has begun, and they are more than is left
   */
  arrived(bytes: number): void;
  /**
   * Takes the share of the whole body, or of what has arrived of one that does not say how long it is.
   * @throws {BusyError} it is more than is left
   */
  begin(): void;
  /** Bytes from the start of the last chunk on; `undefined` when the body does not say how long it is. */
  readonly bytesToCome: number | undefined;
}

/** Sets aside what a request's body needs from `begin` on until `res` has been sent. */
export function shareFor(req: IncomingMessage, res: ServerResponse, budget: ByteBudget | undefined): BodyShare {
  const reservation = budget?.reserve();
  if (reservation !== undefined) {
    if (res.closed) reservation.release(); // the client has left already
    else res.once('close', reservation.release);
  }
  const { 'content-length': length } = req.headers;
  const declared = length === undefined ? undefined : Number(length);
  let received = 0;
  let lastChunk = 0;
  let begun = false;
  return {
    arrived(bytes) {
      received += bytes;
      lastChunk = bytes;
      if (begun && declared === undefined) reservation?.add(bytes);
    },
    begin() {
      begun = true;
      reservation?.add(declared ?? received);
    },
    get bytesToCome() {
      return declared === undefined ? undefined : declared - received + lastChunk;
    },
  };
}
