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

type Start<T> = (flight: FlightControls) => Promise<T>;

/** What the work knows of those who wait for it. */
export interface FlightControls extends Pick<Deadline, 'signal' | 'left'> {
  /** Bytes of somebody who still waits: memory of a caller who has left may hold something else by now. */
  image(): Uint8Array;
  /** Calls the listener when `image()` gives other memory from now on. Returns what takes the listener away. */
  onHandOver(listener: () => void): () => void;
}

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
  image: Uint8Array;
  readonly controller: AbortController;
  readonly waiting: Set<FlightRequest>;
  readonly handOvers: Set<() => void>;
  work: Promise<T>;
}

/**
 * Work is the same when options and bytes are equal. Bytes are compared, not hashed: candidates are already in memory,
 * and a comparison of different photos ends within their first bytes.
 */
export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Set<Flight<T>>>();

  function begin(key: string, image: Uint8Array, start: Start<T>): Flight<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting: Flight<T>['waiting'] = new Set();
    const handOvers: Flight<T>['handOvers'] = new Set();
    const controls: FlightControls = {
      signal,
      left: () => Math.max(0, ...[...waiting].map(({ deadline }) => deadline.left())),
      image: () => flight.image,
      onHandOver(listener) {
        handOvers.add(listener);
        return () => void handOvers.delete(listener);
      },
    };
    const flight = { image, controller, waiting, handOvers } as Flight<T>;
    flight.work = start(controls);
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
    async run(request, start) {
      const { image, options, deadline, onShared } = request;
      const { signal } = deadline;
      if (signal.aborted) throw toAbortError(signal);
      const key = `${image.byteLength} ${options}`;
      const joined = [...(flights.get(key) ?? [])].find((flight) => Buffer.compare(flight.image, image) === 0);
      if (joined !== undefined) onShared();
      const flight = joined ?? begin(key, image, start);
      flight.waiting.add(request);
      let forgetSignal = (): void => {};
      const left = new Promise<never>((_, reject) => {
        forgetSignal = onAbort(signal, () => {
          flight.waiting.delete(request);
          const [next] = flight.waiting;
          if (next !== undefined) {
            if (flight.image === image && next.image !== image) handOver(flight, next.image);
            return reject(toAbortError(signal, 'unknown')); // for whom it goes on, and is paid for
          }
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

function handOver<T>(flight: Flight<T>, image: Uint8Array): void {
  flight.image = image;
  for (const listener of flight.handOvers) listener();
}
