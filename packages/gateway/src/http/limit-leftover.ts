import type { IncomingMessage, ServerResponse } from 'node:http';

const LINGER_BYTES = 8 * 2 ** 20;
const LINGER_MS = 2000;
const CHECK_EVERY_MS = 100;

/**
 * Bounds what is read of a body after its answer has been sent. A client that is still sending must be able to read
 * the answer, so the rest is taken in and dropped; past 8 MiB or 2 s the connection is closed instead.
 */
export function limitLeftover(req: IncomingMessage, res: ServerResponse): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = req.headers;
  if (length === '0' && encoding === undefined) return;
  const { socket } = req; // a request that is destroyed lets go of it
  const closes = !res.shouldKeepAlive;
  if (closes) {
    // Node would close the connection as soon as the answer is out. What the client has sent by then, and nobody has
    // read, makes the system reset the connection, and a reset can take the answer from the client. So we close it.
    res.shouldKeepAlive = true;
    res.removeHeader('connection');
  }
  res.once('finish', () => {
    if (req.complete) {
      if (closes) socket.destroySoon();
      return;
    }
    const lastByte = socket.bytesRead + LINGER_BYTES;
    const lastMoment = Date.now() + LINGER_MS;
    const timer = setInterval(() => {
      // `bytesRead` counts also what Node itself drops, which no listener gets to see.
      if (socket.bytesRead > lastByte || Date.now() > lastMoment) socket.destroy();
    }, CHECK_EVERY_MS);
    timer.unref();
    req.once('close', () => {
      clearInterval(timer);
      if (closes) socket.destroySoon();
    });
    process.nextTick(() => req.resume()); // after every other listener has let go of the request
  });
}
