/** Facts about a span; undefined ones are left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Runs work inside of a span and marks the span with what the work fails with. `note` adds facts that are known later.
 * Without `@opentelemetry/api` the work simply runs.
 */
export type Trace = <T>(name: string, attributes: SpanAttributes, work: (note: (attributes: SpanAttributes) => void) => Promise<T>) => Promise<T>;

let loading: Promise<typeof import('@opentelemetry/api') | undefined> | undefined;

/** An optional peer: who does not have it does not want spans. */
function loadApi(): Promise<typeof import('@opentelemetry/api') | undefined> {
  return (loading ??= import('@opentelemetry/api').catch(() => undefined));
}

/** Spans of kind client, from the tracer `@slimface/core`. */
export const trace: Trace = async (name, attributes, work) => {
  const api = await loadApi();
  if (api === undefined) return work(() => {});
  const { SpanKind, SpanStatusCode } = api;
  const tracer = api.trace.getTracer('@slimface/core');
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes: known(attributes) }, async (span) => {
    try {
      return await work((more) => void span.setAttributes(known(more)));
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      span.setAttribute('error.type', String(code ?? 'unknown'));
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(message) });
      throw error;
    } finally {
      span.end();
    }
  });
};

function known(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined));
}
