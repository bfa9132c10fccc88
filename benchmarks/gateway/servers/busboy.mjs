// The floor: Node's HTTP server and busboy. It counts the bytes and answers, and knows nothing of GraphQL.
import { createServer } from 'node:http';
import busboy from 'busboy';

export async function start(listen) {
  const server = createServer((req, res) => {
    let byteSize = 0;
    const parser = busboy({ headers: req.headers });
    parser.on('field', () => {});
    parser.on('file', (_name, stream) => stream.on('data', (chunk) => (byteSize += chunk.length)));
    parser.on('close', () => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: { upload: { byteSize } } })));
    req.pipe(parser);
  });
  return listen(server);
}
