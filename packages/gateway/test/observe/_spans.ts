import { createRequire } from 'node:module';
import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach } from 'vitest';

// The SDK brings the propagator of W3C's headers along, as it does for whoever sets it up.
const sdk = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/sdk-trace-base'));
const { W3CTraceContextPropagator } = sdk('@opentelemetry/core') as { W3CTraceContextPropagator: new () => TextMapPropagator };

/** Collects the spans of each test of a file. */
export function collectSpans(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  });
  beforeEach(() => exporter.reset());
  afterAll(() => {
    trace.disable();
    propagation.disable();
    context.disable();
  });
  return exporter;
}

/** Names of the spans around `span`, the innermost first. */
export function ancestors(span: ReadableSpan, spans: readonly ReadableSpan[]): string[] {
  const parent = spans.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
  return parent === undefined ? [] : [parent.name, ...ancestors(parent, spans)];
}
