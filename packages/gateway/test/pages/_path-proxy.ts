import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { closeServer, listen } from '../../src/http/http-server.ts';

/** A reverse proxy that gives a gateway a path of its own, as it is done where one host has many services. */
export interface PathProxy {
  /** Ends with the path, without a slash. */
  readonly url: string;
  /** Where requests go. */
  target: string;
  /** What has been sent to `/graphql`, in that order. */
  readonly posts: Post[];
  close(): Promise<void>;
}

/** A request as it went over the wire: browsers do not show the files in theirs to those who drive them. */
export interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** @param path starts with a slash; what is asked for outside it gets 502 */
export async function startPathProxy(path: string): Promise<PathProxy> {
  const server = createServer(async (req, res) => {
    if (!req.url?.startsWith(`${path}/`)) return void res.writeHead(502).end();
    const body = await buffer(req);
    if (req.url.endsWith('/graphql')) proxy.posts.push({ headers: req.headers, body });
    const onward = request(proxy.target + req.url.slice(path.length), { method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, res).catch(() => res.destroy());
    });
    onward.on('error', () => res.destroy()).end(body);
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const proxy: PathProxy = { url: url + path, target: '', posts: [], close: async () => void (await closeServer(server, 1000)) };
  return proxy;
}
