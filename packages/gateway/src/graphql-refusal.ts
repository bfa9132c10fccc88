import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteRefusal } from './http/route.ts';

/** Refuses a request to the GraphQL endpoint before anything of it was parsed, with an answer as the endpoint gives them. */
export function refuseAsGraphql(res: ServerResponse, { status, code, message, retryAfter }: RouteRefusal): void {
  const waiting = retryAfter === undefined ? { retryable: false } : { retryable: true, retryAfter };
  const json = JSON.stringify({ errors: [{ message, extensions: { code, ...waiting } }] });
  const mediaType = /application\/graphql-response\+json/i.test(res.req.headers.accept ?? '') ? 'application/graphql-response+json' : 'application/json';
  res.writeHead(status, { 'content-type': `${mediaType}; charset=utf-8`, 'content-length': Buffer.byteLength(json), 'cache-control': 'no-store' });
  res.end(json);
}

/** What Yoga answers with. */
const answerTypes = [['application', 'graphql-response+json'], ['application', 'json'], ['text', 'event-stream'], ['multipart', 'mixed']] as const;

/** For a client that takes none of them. */
export const notAcceptable: RouteRefusal = { status: 406, code: 'NOT_ACCEPTABLE', message: 'Expected a client that accepts application/json or application/graphql-response+json in UTF-8 but received one that does not' };

/**
 * Whether a client takes an answer of any type that there is. Yoga finds out that it does not when the operation has been
 * executed, and then says nothing.
 */
export function takesAnswer({ headers: { accept } }: IncomingMessage): boolean {
  const wanted = (accept || '*/*').toLowerCase().replace(/\s/g, '').split(',');
  return wanted.some((one) => {
    const [mediaType = '', ...parameters] = one.split(';');
    const [type, subtype] = mediaType.split('/');
    const isUtf8 = parameters.every((parameter) => !parameter.startsWith('charset=') || parameter === 'charset=utf-8');
    return isUtf8 && answerTypes.some(([ours, kind]) => (type === '*' || type === ours) && (subtype === '*' || subtype === kind));
  });
}
