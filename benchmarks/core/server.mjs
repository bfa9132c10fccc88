// The API and its result host in a process of their own: reads a photo, names a result, serves 2 MB. As little work as
// can be, so that the client's share of a call shows.
import { createServer } from 'node:http';
import { makeJpeg } from './photos.mjs';

const result = await makeJpeg();
let bytes = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': result.length }).end(result);
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => {
    const answer = { request_id: 'r', log_id: 'l', error_code: 0, error_detail: { status_code: 200, code: '', code_message: '', message: '' } };
    response.end(JSON.stringify({ ...answer, data: { image_url: `http://${request.headers.host}/result.jpg` } }));
  });
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
