import { connect, type Socket } from 'node:net';
import type { RunningGateway } from '../_setup.ts';
import { contentType } from '../upload/_raw.ts';
import { type CheckedAnswer, checkEnvelope } from './_envelope.ts';
import { slimPath } from './_twin.ts';

/** A connection of its own that begins an upload: its head, and as much of its body as is given. */
export function beginUpload(gateway: RunningGateway, { path = slimPath, headers = {}, body = '' }: { path?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {}): Socket {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // the gateway may close first
  const all = { host: hostname, 'content-type': contentType, 'content-length': '1000000', ...headers };
  socket.write(`POST ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket.write(body);
  return socket;
}

/** Waits for the answer, ends the connection and checks the envelope. */
export async function readAnswer(socket: Socket): Promise<CheckedAnswer> {
  let received = '';
  await new Promise<void>((resolve) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (received.endsWith('}')) resolve();
    });
    socket.once('close', () => resolve());
  });
  socket.destroy();
  return parseAnswer(received);
}

/** Checks the envelope of an answer as it was on the wire. */
export function parseAnswer(received: string): CheckedAnswer {
  const [head = '', text = ''] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  return checkEnvelope({ status: Number(statusLine.split(' ')[1]), headers: new Headers(lines.map((line) => line.split(': ', 2) as [string, string])), text });
}
