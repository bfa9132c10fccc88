// The floor: Node's HTTP server and busboy. It knows nothing of GraphQL.
import { createServer } from 'node:http';
import busboy from 'busboy';

function start(listen, onFile) {
  const server = createServer((req, res) => {
    let byteSize = () => 0;
    const parser = busboy({ headers: req.headers });
    parser.on('field', () => {});
    parser.on('file', (_name, stream) => (byteSize = onFile(stream)));
    parser.on('close', () => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: { upload: { byteSize: byteSize() } } })));
    req.pipe(parser);
  });
  return listen(server);
}

/** Has the photo in the end, as everybody needs it who wants to do anything with it. */
export const startKeeping = (listen) =>
  start(listen, (stream) => {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    return () => Buffer.concat(chunks).byteLength;
  });

/** Counts the bytes and forgets them. */
export const startCounting = (listen) =>
  start(listen, (stream) => {
    let byteSize = 0;
    stream.on('data', (chunk) => (byteSize += chunk.byteLength));
    return () => byteSize;
  });
