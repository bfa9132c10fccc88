import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { refusalBody } from '../rest/envelope.ts';
import { codeMessages, vendorCodeOfStatus } from '../rest/vendor-codes.ts';

/** By code of Node's error. Whatever else its parser stops at is a request that is none. */
const faults: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'HEADERS_TOO_LARGE', 'Expected a path and headers of at most 16 KiB but received more'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'PAYLOAD_TOO_LARGE', 'Expected chunks with less than 16 KiB of extensions but received more'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'REQUEST_TIMEOUT', 'Expected the whole request in time but received only a part of it'],
};
const malformed = ['400 Bad Request', 'BAD_REQUEST', 'Expected a well-formed HTTP request but received something else'] as const;

/** Time for a client to take such an answer. */
const LINGER_MS = 1000;

/**
 * Answers in JSON what Node itself would answer without a word: requests that its parser stops at. Which path they are for
 * is not known by then, so the answer has the fields of all: `code` and `message`, and the envelope of the REST twin.
 */
export function answerClientErrors(server: Server): void {
  const exchanges = new WeakMap<Duplex, readonly ServerResponse[]>();
  const openOnes = (socket: Duplex): readonly ServerResponse[] => (exchanges.get(socket) ?? []).filter((res) => !(res.closed && res.req.complete));
  const remember = ({ socket }: IncomingMessage, res: ServerResponse): void => void exchanges.set(socket, [...openOnes(socket), res]);
  for (const event of ['request', 'checkContinue']) server.prependListener(event, remember);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // One that came before the end of its request must not be followed by another.
    const hasBegun = openOnes(socket).some((res) => res.headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegun) return void socket.destroy();
    const [status, code, message] = faults[error.code ?? ''] ?? malformed;
    const body = JSON.stringify({ code, message, ...envelope(Number.parseInt(status), code, message) });
    const head = [`HTTP/1.1 ${status}`, 'content-type: application/json; charset=utf-8', `content-length: ${Buffer.byteLength(body)}`, 'cache-control: no-store', 'connection: close'];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    if (socket instanceof Socket) socket.setTimeout(LINGER_MS, () => socket.destroy()).destroySoon();
  });
  // Only 100-continue means anything (RFC 9110, 10.1.1); who expects more is answered as if it did not.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
}

function envelope(status: number, reason: string, message: string): object {
  const code = vendorCodeOfStatus(status);
  return refusalBody(randomUUID(), { status, code, codeMessage: codeMessages[code], reason, message });
}
