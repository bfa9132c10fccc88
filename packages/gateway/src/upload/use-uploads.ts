import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { createByteBudget } from './byte-budget.ts';
import { receiveMultipart } from './receive-multipart.ts';
import { payloadTooLarge } from './upload-errors.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What Yoga's Node adapter hands to each hook. */
export interface NodeServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/**
 * Parses GraphQL multipart requests. It belongs behind the CSRF guard, and Yoga's own `multipart` must be off.
 */
export function useUploads(limits: UploadLimits): Plugin<object, NodeServerContext> {
  const budget = createByteBudget(limits.maxBytesInFlight);
  return {
    onRequest({ request, setRequest, fetchAPI }) {
      if (!isMultipart(request)) return;
      // Yoga's limit for other bodies starts to read any body it finds, so it gets a request without one.
      const headers = new fetchAPI.Headers(request.headers);
      headers.delete('content-length');
      setRequest(new fetchAPI.Request(request.url, { method: request.method, headers, signal: request.signal }));
    },
    onRequestParse({ request, serverContext: { req, res }, setRequestParser }) {
      if (!isMultipart(request)) return;
      const declared = req.headers['content-length'];
      if (declared !== undefined && Number(declared) > limits.maxBodyBytes) {
        throw payloadTooLarge(`Expected a body of at most ${limits.maxBodyBytes} bytes but received one of ${declared}`);
      }
      const reservation = budget.reserve();
      res.once('close', reservation.release);
      if (declared !== undefined) reservation.add(Number(declared));
      // A body that does not say how long it is takes what it needs as it arrives.
      setRequestParser(() => receiveMultipart(req, limits, declared === undefined ? reservation.add : undefined));
    },
  };
}

function isMultipart(request: Request): boolean {
  return request.method === 'POST' && /^\s*multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '');
}
