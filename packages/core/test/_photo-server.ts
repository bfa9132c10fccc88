import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PhotoServer {
  readonly address: string;
  close(): void;
}

/** Serves a photo at /photo and hangs up in the middle of it at /half; /nothing is a 204, anything else a 404. */
export async function servePhoto(photo: Uint8Array): Promise<PhotoServer> {
  const server = createServer((request, response) => {
    if (request.url === '/photo') response.end(photo);
    else if (request.url === '/half') response.writeHead(200, { 'content-length': photo.length }).write(photo.subarray(0, 1000), () => response.destroy());
    else response.writeHead(request.url === '/nothing' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
