import { AbortedError } from '../../errors/call-errors.ts';
import { onAbort } from '../../on-abort.ts';
import { orAborted } from '../../or-aborted.ts';

/** Hands a chunk to the reader and resolves when it wants another one; rejects when there will be no reader any more. */
export type Write = (chunk: Uint8Array) => Promise<void>;

/**
 * A web stream over work that writes. The work starts with the first read and never runs ahead of the reader.
 * When it resolves the stream ends, when it rejects the stream fails with the same error.
 *
 * Not an async generator: cancelling one waits for whatever the generator waits for.
 *
 * @param work its signal is aborted when the reader cancels, or with `outer`; the work has to end soon then
 */
export function createPulledStream(work: (write: Write, signal: AbortSignal) => Promise<void>, outer: AbortSignal | undefined): ReadableStream<Uint8Array> {
  const life = new AbortController();
  let working: Promise<void> | undefined;
  let isWanted = false;
  let wake = (): void => {};

  async function run(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const forget = outer && onAbort(outer, () => life.abort(outer.reason));
    try {
      await work((chunk) => hand(chunk, controller), life.signal);
      controller.close();
    } catch (error) {
      controller.error(error); // does nothing to a stream that was cancelled
    } finally {
      forget?.();
    }
  }

  async function hand(chunk: Uint8Array, controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (life.signal.aborted) throw new AbortedError({ cause: life.signal.reason });
    isWanted = false; // before the chunk goes: a reader that waits asks for the next one at once
    controller.enqueue(chunk);
    if (isWanted) return;
    await orAborted(new Promise<void>((resolve) => void (wake = resolve)), life.signal);
  }

  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        isWanted = true;
        wake();
        working ??= run(controller);
      },
      cancel(reason) {
        life.abort(reason);
        return working;
      },
    },
    { highWaterMark: 0 },
  );
}
