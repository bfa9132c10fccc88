import { AbortedError, type Billed } from '@slimface/core';

/** Lets calls that want the same thing at the same time share one piece of work. */
export interface Flights<T> {
  /**
   * Joins the work that is under way for `key`, or starts it. Whoever leaves leaves the others alone; when the last one
   * leaves, the work's own signal is aborted.
   *
   * @throws {AbortedError} `signal` was aborted
   * @throws what the work rejects with
   */
  join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Flight<T> {
  readonly work: Promise<T>;
  readonly controller: AbortController;
  travellers: number;
}

/** @param billed what a caller who leaves while others wait on must reckon with */
export function createFlights<T>(billed: Billed): Flights<T> {
  const flights = new Map<string, Flight<T>>();

  function begin(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight = { work: start(controller.signal), controller, travellers: 0 };
    flights.set(key, flight);
    const land = (): void => forget(key, flight);
    flight.work.then(land, land);
    return flight;
  }

  function forget(key: string, flight: Flight<T>): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  return {
    async join(key, signal, start) {
      if (signal.aborted) throw new AbortedError({ cause: signal.reason });
      const flight = flights.get(key) ?? begin(key, start);
      flight.travellers++;
      let leave = (): void => {};
      const left = new Promise<never>((_, reject) => {
        leave = () => {
          flight.travellers--;
          if (flight.travellers > 0) return reject(new AbortedError({ cause: signal.reason, billed }));
          forget(key, flight); // who comes now starts afresh
          flight.controller.abort(signal.reason);
          reject(new AbortedError({ cause: signal.reason, billed }));
        };
        signal.addEventListener('abort', leave, { once: true });
      });
      try {
        return await Promise.race([left, flight.work]);
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
