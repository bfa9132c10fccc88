import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { loggableError } from './loggable-error.ts';
import { errorType } from './outcome.ts';

/** Asked for each time: whoever wants spans may set up their SDK after this file was loaded. */
const tracer = (): Tracer => trace.getTracer('@slimface/gateway');

/** Runs `work` in a span, which fails when `work` does. Spans that start within become its children. */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (span.isRecording()) span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR, message: loggableError(error, 0).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/**
 * Runs `work` in the span of an HTTP request, which ends with its answer and belongs to the trace that the client's
 * headers name. Where an instrumentation of node:http has made that span already, it is left to it.
 */
export function inRequestSpan<T>(req: IncomingMessage, res: ServerResponse, about: { route: string; requestId: string }, work: () => T): T {
  if (trace.getActiveSpan() !== undefined) return work();
  const caller = propagation.extract(context.active(), req.headers);
  const method = req.method ?? '_OTHER';
  // No url.path: that of a result is a permission.
  const attributes = { 'http.request.method': method, 'http.route': about.route, 'url.scheme': 'http', 'slimface.request_id': about.requestId };
  const span = tracer().startSpan(`${method} ${about.route}`, { kind: SpanKind.SERVER, attributes }, caller);
  res.once('close', () => {
    if (!res.writableFinished) span.setAttribute('error.type', 'aborted');
    else {
      span.setAttribute('http.response.status_code', res.statusCode);
      if (res.statusCode >= 500) span.setAttribute('error.type', String(res.statusCode)).setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  });
  return context.with(trace.setSpan(caller, span), work);
}
