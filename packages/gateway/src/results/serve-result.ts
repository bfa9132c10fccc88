import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { extensionOf, readResultUrl } from '../sign/result-url.ts';
import type { ResultStore } from '../store/result-store.ts';
import { sendJson } from './send-json.ts';

/**
 * Answers `GET` and `HEAD /results/<id>.<jpg|png>?expires=…&signature=…`: 403 for a signature that is missing or
 * wrong, 410 for one that has expired, 404 for a result that is not there.
 */
export async function serveResult(req: IncomingMessage, res: ServerResponse, url: URL, options: { store: ResultStore; signingKey: Uint8Array }): Promise<void> {
  // The signature is the permission, so a page from anywhere may fetch the image.
  res.setHeader('access-control-allow-origin', '*');
  res.setHeader('x-content-type-options', 'nosniff');

  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD');
    return sendJson(res, 405, { code: 'METHOD_NOT_ALLOWED', message: `Expected method GET or HEAD but received ${req.method}` });
  }

  const request = readResultUrl(url, options.signingKey);
  if (request.kind === 'not-a-result') return sendJson(res, 404, notFound);
  if (request.kind === 'forged') return sendJson(res, 403, { code: 'FORBIDDEN', message: 'Expected the result URL exactly as the gateway gave it but its signature does not match' });
  if (request.expiresAt <= new Date()) return sendJson(res, 410, { code: 'RESULT_EXPIRED', message: `The result expired at ${request.expiresAt.toISOString()}` });

  const result = await options.store.get(request.id);
  if (result === undefined || extensionOf(result.mediaType) !== request.extension) return sendJson(res, 404, notFound);
  const file = await options.store.open(result);
  if (file === undefined) return sendJson(res, 404, notFound);

  const secondsLeft = Math.max(0, Math.floor((result.expiresAt.getTime() - Date.now()) / 1000));
  res.writeHead(200, {
    'content-type': result.mediaType,
    'content-length': result.byteSize,
    'cache-control': `private, max-age=${secondsLeft}`,
  });
  if (req.method === 'HEAD') {
    res.end();
    await file.close();
  } else {
    await pipeline(file.createReadStream(), res); // closes the file
  }
}

const notFound = { code: 'NOT_FOUND', message: 'Expected the URL of a result but there is none here' };
