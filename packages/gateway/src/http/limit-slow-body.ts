import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './send-json.ts';

const MAX_MS = 60_000;

/**
 * Ends a request whose body has not arrived whole after a minute. Forms are not concerned: they may take longer, and
 * upload/read-body.ts sees to it that they get on.
 */
export function limitSlowBody(req: IncomingMessage, res: ServerResponse): void {
  const { 'content-type': type = '', 'content-length': length = '0', 'transfer-encoding': encoding } = req.headers;
  if ((length === '0' && encoding === undefined) || /^\s*multipart\/form-data\b/i.test(type)) return;
  const timer = setTimeout(() => {
    if (res.headersSent) return; // what still comes is dropped, and limit-leftover.ts bounds that
    res.setHeader('connection', 'close');
    sendJson(res, 408, { code: 'REQUEST_TIMEOUT', message: `Expected the whole body within ${MAX_MS / 1000} s but received only a part of it` });
  }, MAX_MS);
  const clear = (): void => clearTimeout(timer);
  req.once('end', clear);
  res.once('close', clear);
}
