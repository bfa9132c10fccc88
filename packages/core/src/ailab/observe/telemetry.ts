/** Facts about a span; undefined ones are left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What work can tell about itself while it runs. */
export interface OpenSpan {
  /** Adds facts that are known late. */
  note(attributes: SpanAttributes): void;
  /** Marks the span as failed, for work that does not reject. */
  fail(error: { readonly code?: unknown; readonly message?: unknown }): void;
}

/** Runs work inside of a span, which fails when the work rejects. Without `@opentelemetry/api` the work simply runs. */
export type Trace = <T>(name: string, attributes: SpanAttributes, work: (span: OpenSpan) => Promise<T>) => Promise<T>;

const noSpan: OpenSpan = { note() {}, fail() {} };

let loading: Promise<typeof import('@opentelemetry/api') | undefined> | undefined;

/** An optional peer: who does not have it does not want spans. */
function loadApi(): Promise<typeof import('@opentelemetry/api') | undefined> {
  return (loading ??= importApi());
}

/** In try and catch, which tells bundlers that it may not be there. */
async function importApi(): Promise<typeof import('@opentelemetry/api') | undefined> {
  try {
    return await import('@opentelemetry/api');
  } catch {
    return undefined;
  }
}

/** Spans of kind client, from the tracer `@slimface/core`. */
export const trace: Trace = async (name, attributes, work) => {
  const api = await loadApi();
  if (api === undefined) return work(noSpan);
  const { SpanKind, SpanStatusCode } = api;
  const tracer = api.trace.getTracer('@slimface/core');
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes: known(attributes) }, async (span) => {
    const open: OpenSpan = {
      note: (more) => void span.setAttributes(known(more)),
      fail({ code, message }) {
        span.setAttribute('error.type', String(code ?? 'unknown'));
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(message) });
      },
    };
    try {
      return await work(open);
    } catch (error) {
      open.fail(error as { code?: unknown; message?: unknown });
      throw error;
    } finally {
      span.end();
    }
  });
};

function known(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined));
}
