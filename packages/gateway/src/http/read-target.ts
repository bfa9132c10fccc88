import type { IncomingMessage } from 'node:http';

/** Where a request goes. */
export interface Target {
  /** `undefined` when the request's path or host is none. */
  readonly url: URL | undefined;
  /** Also of a request with a bad host, so that its refusal has the form that clients of the path read. */
  readonly pathname: string;
}

/** With it, `http://${host}` could be more than a host. */
const noHost = /[\s/?#@\\]/;

/**
 * Reads path and host of a request. One that names both in its first line, as a request to a proxy does, becomes as if it
 * had named them apart, for whoever reads them next (RFC 9112, 3.2.2).
 */
export function readTarget(req: IncomingMessage): Target {
  const { url: target = '', headers } = req;
  if (/^https?:\/\//i.test(target) && URL.canParse(target)) {
    const { host, pathname, search } = new URL(target);
    req.url = pathname + search;
    headers.host = host;
  }
  const { url: path = '' } = req;
  if (!path.startsWith('/') || !URL.canParse(`http://localhost${path}`)) return { url: undefined, pathname: '' };
  const host = hostOf(req);
  const { pathname } = new URL(`http://localhost${path}`);
  if (host === undefined || !URL.canParse(`http://${host}${path}`)) return { url: undefined, pathname };
  return { url: new URL(`http://${host}${path}`), pathname };
}

/** `undefined` unless there is one (RFC 9112, 3.2); HTTP/1.0 needs none. */
function hostOf({ headers: { host }, headersDistinct, httpVersion }: IncomingMessage): string | undefined {
  if (host === undefined) return httpVersion === '1.0' ? 'localhost' : undefined;
  return host === '' || noHost.test(host) || headersDistinct.host!.length > 1 ? undefined : host;
}
