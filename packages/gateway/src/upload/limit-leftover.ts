import type { IncomingMessage, ServerResponse } from 'node:http';

const LINGER_BYTES = 8 * 2 ** 20;
const LINGER_MS = 2000;
const CHECK_EVERY_MS = 100;

/**
 * Bounds what is read of a body after its answer has been sent. A client that is still sending must be able to read
 * the answer, so the rest is taken in and dropped; past 8 MiB or 2 s the connection is closed instead.
 */
export function limitLeftover(req: IncomingMessage, res: ServerResponse): void {
  const { socket } = req; // a request that is destroyed lets go of it
  res.once('finish', () => {
    if (req.complete) return;
    const lastByte = socket.bytesRead + LINGER_BYTES;
    const lastMoment = Date.now() + LINGER_MS;
    const timer = setInterval(() => {
      if (req.complete || socket.destroyed) return clearInterval(timer);
      // `bytesRead` counts also what Node itself drops, which no listener gets to see.
      if (socket.bytesRead > lastByte || Date.now() > lastMoment) socket.destroy();
    }, CHECK_EVERY_MS);
    timer.unref();
    req.resume();
  });
}
