import type { ServerResponse } from 'node:http';

/** Ends the answer with an error that programs (`code`) and people (`message`) can read. */
export function sendJson(res: ServerResponse, status: number, body: { code: string; message: string }): void {
  const json = JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(json), 'cache-control': 'no-store' });
  res.end(json);
}
