/** Bytes in pieces of 1000. */
export function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

/** A web stream of what a generator gives. */
export function webStream(chunks: Iterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** A web stream that hands out its pieces and then hangs, and that notes why it was cancelled. */
export function hangingStream(pieces: Iterable<unknown>): { stream: ReadableStream<Uint8Array>; cancelled: Promise<unknown> } {
  const iterator = pieces[Symbol.iterator]();
  let onCancel: (why: unknown) => void;
  const cancelled = new Promise<unknown>((resolve) => (onCancel = resolve));
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const { done, value } = iterator.next();
      if (done) return new Promise(() => {});
      controller.enqueue(value as Uint8Array);
    },
    cancel: (why) => onCancel(why),
  });
  return { stream, cancelled };
}

/** Lets everything run that is ready to. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
