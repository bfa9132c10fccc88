import { connect, type Socket } from 'node:net';
import type { RunningGateway } from '../_setup.ts';

export const boundary = 'a-boundary-as-long-as-a-browser-makes';

export interface Part {
  readonly name?: string;
  readonly filename?: string;
  readonly body: Uint8Array | string;
  /** In place of the usual header. */
  readonly header?: string;
}

export const contentType = `multipart/form-data; boundary=${boundary}`;

/** A multipart body with its parts in this order, also such as no client would send. */
export function rawBody(parts: readonly Part[], end = `--${boundary}--\r\n`): Buffer {
  const chunks = parts.flatMap(({ name, filename, body, header }) => {
    const disposition = `Content-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`;
    return [Buffer.from(`--${boundary}\r\n${header ?? disposition}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')];
  });
  return Buffer.concat([...chunks, Buffer.from(end)]);
}

/** `operations`, `map` and files as parts. */
export function graphqlParts(operations: unknown, map: unknown, files: Record<string, Uint8Array | string> = {}): Part[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return [
    { name: 'operations', body: text(operations) },
    { name: 'map', body: text(map) },
    ...Object.entries(files).map(([name, body]) => ({ name, filename: `${name}.jpg`, body })),
  ];
}

/** A connection that is open. */
export interface OpenSocket {
  readonly socket: Socket;
  /** All that has come back so far. */
  received(): string;
  /** All that came back before the connection was closed. */
  readonly closed: Promise<string>;
}

/** A connection of its own to the gateway, for requests that no HTTP client would make. */
export async function openSocket(gateway: Pick<RunningGateway, 'url'>, head: Record<string, string>, version = 'HTTP/1.1'): Promise<OpenSocket> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {}); // a reset by the gateway is what some tests wait for
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const headers = { host: `${hostname}:${port}`, 'x-graphql-yoga-csrf': '1', 'content-type': contentType, ...head };
  socket.write(`POST /graphql ${version}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  return { socket, closed, received: () => received };
}
