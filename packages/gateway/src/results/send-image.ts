import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import send from 'send';
import { sendJson } from '../http/send-json.ts';
import { extensionOf } from '../sign/result-url.ts';
import type { StoredResult } from '../store/stored-result.ts';

/** Headers of an image, which an error in its place must not have. */
function headersOf(result: StoredResult): Record<string, string> {
  const secondsLeft = Math.max(0, Math.floor((result.expiresAt.getTime() - Date.now()) / 1000));
  return {
    'content-type': result.mediaType,
    // Inline, so that a browser shows what people open: with these types and no sniffing nothing in it can run.
    'content-disposition': `inline; filename="slimmed.${extensionOf(result.mediaType)}"`,
    // The style is what browsers centre a lone image with.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'cache-control': `private, max-age=${secondsLeft}, immutable`,
    etag: `"${result.sha256}"`,
    'last-modified': result.createdAt.toUTCString(), // not the file's time: another result may have written it
  };
}

/**
 * Answers with a result's image, or the part of it that was asked for, or that it has not changed.
 *
 * @param path of the image's file, from the store
 * @returns `'missing'`, with nothing sent, when the file is not there
 * @throws {Error} the file cannot be read
 */
export async function sendImage(req: IncomingMessage, res: ServerResponse, result: StoredResult, path: string): Promise<'answered' | 'missing'> {
  const headers = headersOf(result);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);

  const failure = await new Promise<{ status: number } | undefined>((resolve) => {
    res.once('close', () => resolve(undefined));
    send(req, basename(path), { root: dirname(path), dotfiles: 'deny', index: false, cacheControl: false, lastModified: false, etag: false })
      .on('error', resolve)
      .on('directory', () => resolve({ status: 404 }))
      .pipe(res);
  });
  if (failure === undefined) return 'answered';
  if (res.headersSent) throw failure;

  const contentRange = res.getHeader('content-range');
  for (const name of [...Object.keys(headers), 'accept-ranges', 'content-length', 'content-range']) res.removeHeader(name);
  if (failure.status === 404) return 'missing';
  if (failure.status === 412) sendJson(res, 412, { code: 'PRECONDITION_FAILED', message: 'Expected a request for the image as it is but its precondition does not hold' });
  else if (failure.status === 416) {
    if (contentRange !== undefined) res.setHeader('content-range', contentRange);
    sendJson(res, 416, { code: 'RANGE_NOT_SATISFIABLE', message: `Expected a range within the ${result.byteSize} bytes of the image` });
  } else throw failure;
  return 'answered';
}
