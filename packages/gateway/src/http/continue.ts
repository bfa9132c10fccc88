import type { IncomingMessage, ServerResponse } from 'node:http';

const waiting = new WeakSet<IncomingMessage>();

/** Remembers that the client waits to be asked for the body of `req`: it sent `expect: 100-continue`. */
export function awaitsContinue(req: IncomingMessage): void {
  waiting.add(req);
}

/**
 * Asks a client that waits for it to send its body. It belongs where the body is first read: who is refused before that
 * never sends one.
 */
export function askForBody(req: IncomingMessage, res: ServerResponse): void {
  if (waiting.delete(req) && !res.headersSent) res.writeContinue();
}
