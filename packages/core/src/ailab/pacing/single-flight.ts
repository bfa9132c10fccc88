import { onAbort } from '../../on-abort.ts';
import { toAbortError, type Deadline } from './deadline.ts';

/** Lets calls that ask for the same thing at the same time share one piece of work. */
export interface SingleFlight<T> {
  /**
   * Joins the work that is under way for the same image and options, or starts it. Whoever leaves leaves the others
   * alone; when the last one leaves, the work itself is aborted.
   *
   * @param start does the work. Its signal is aborted with the reason of the last caller who left, and it has as much time
   *   as the caller who can wait longest.
   * @throws {AbortedError | UpstreamTimeoutError} `signal` was aborted
   * @throws what the work rejects with
   */
  run(request: FlightRequest, start: Start<T>): Promise<T>;
}

type Start<T> = (limits: Pick<Deadline, 'signal' | 'left'>) => Promise<T>;

/** What is asked for, and by whom. */
export interface FlightRequest {
  readonly image: Uint8Array;
  /** Everything but the image that decides about the result. */
  readonly options: string;
  /** How long the caller waits. */
  readonly deadline: Pick<Deadline, 'signal' | 'left'>;
  /** Called when the work is under way already. */
  onShared(): void;
}

interface Flight<T> {
  readonly image: Uint8Array;
  readonly controller: AbortController;
  readonly waiting: Set<FlightRequest['deadline']>;
  readonly work: Promise<T>;
}

/**
 * Work is the same when options and bytes are equal. Bytes are compared, not hashed: candidates are already in memory,
 * and a comparison of different photos ends within their first bytes.
 */
export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Set<Flight<T>>>();

  function begin(key: string, image: Uint8Array, start: Start<T>): Flight<T> {
    const controller = new AbortController();
    const waiting: Flight<T>['waiting'] = new Set();
    const left = (): number => Math.max(0, ...[...waiting].map((deadline) => deadline.left()));
    const flight: Flight<T> = { image, controller, waiting, work: start({ signal: controller.signal, left }) };
    const alike = flights.get(key) ?? new Set();
    flights.set(key, alike.add(flight));
    const land = (): void => forget(key, flight);
    flight.work.then(land, land);
    return flight;
  }

  function forget(key: string, flight: Flight<T>): void {
    const alike = flights.get(key);
    alike?.delete(flight);
    if (alike?.size === 0) flights.delete(key);
  }

  return {
    async run({ image, options, deadline, onShared }, start) {
      const { signal } = deadline;
      if (signal.aborted) throw toAbortError(signal);
      const key = `${image.byteLength} ${options}`;
      const joined = [...(flights.get(key) ?? [])].find((flight) => Buffer.compare(flight.image, image) === 0);
      if (joined !== undefined) onShared();
      const flight = joined ?? begin(key, image, start);
      flight.waiting.add(deadline);
      let forgetSignal = (): void => {};
      const left = new Promise<never>((_, reject) => {
        forgetSignal = onAbort(signal, () => {
          flight.waiting.delete(deadline);
          if (flight.waiting.size > 0) return reject(toAbortError(signal, 'unknown')); // for whom it goes on, and is paid for
          forget(key, flight);
          flight.controller.abort(signal.reason); // and the work tells how far it had come
        });
      });
      try {
        return await Promise.race([left, flight.work]);
      } finally {
        forgetSignal();
      }
    },
  };
}
