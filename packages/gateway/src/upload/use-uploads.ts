import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../access/caller.ts';
import { askForBody } from '../http/continue.ts';
import { type ByteBudget, createByteBudget } from './byte-budget.ts';
import { receiveMultipart } from './receive-multipart.ts';
import { payloadTooLarge } from './upload-errors.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What Yoga's Node adapter hands to each hook, and who sent the request. */
export interface NodeServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly caller: Caller | undefined;
}

/** What uploads share with the rest of the process. */
export interface UseUploadsOptions {
  /**
   * Bytes that all uploads share, also those that come on other ways.
   * @default one of `limits.maxBytesInFlight`
   */
  readonly budget?: ByteBudget | undefined;
  /**
   * A client that asks whether it may send a body that is no upload, and longer than this, is not told to.
   * @default no bound
   */
  readonly maxOtherBytes?: number | undefined;
  /** Gets the size of each chunk of an upload that is read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Parses GraphQL multipart requests. It belongs behind the CSRF guard, and Yoga's own `multipart` must be off.
 */
export function useUploads(limits: UploadLimits, { budget = createByteBudget(limits.maxBytesInFlight), maxOtherBytes = Number.POSITIVE_INFINITY, onBytes }: UseUploadsOptions = {}): Plugin<object, NodeServerContext> {
  return {
    onRequest({ request, setRequest, fetchAPI }) {
      if (!isMultipart(request)) return;
      // Yoga's limit for other bodies starts to read any body it finds, so it gets a request without one.
      const headers = new fetchAPI.Headers(request.headers);
      headers.delete('content-length');
      setRequest(new fetchAPI.Request(request.url, { method: request.method, headers, signal: request.signal }));
    },
    onRequestParse({ request, serverContext: { req, res, caller }, setRequestParser }) {
      if (!isMultipart(request)) {
        if (Number(request.headers.get('content-length')) <= maxOtherBytes) askForBody(req, res); // neither is there when `yoga.fetch` was called
        return;
      }
      const declared = req.headers['content-length'];
      if (declared !== undefined && Number(declared) > limits.maxBodyBytes) {
        throw payloadTooLarge(`Expected a body of at most ${limits.maxBodyBytes} bytes but received one of ${declared}`);
      }
      setRequestParser(() => receiveMultipart(req, res, { limits, budget, caller: caller?.countedAs ?? '', onBytes }));
    },
  };
}

function isMultipart(request: Request): boolean {
  return request.method === 'POST' && /^\s*multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '');
}
