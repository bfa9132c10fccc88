/** What the log gets to see of an error. */
export interface LoggableError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggableError;
  /** Of an `AggregateError`, the first few. */
  readonly errors?: readonly LoggableError[];
}

const MAX_LEVELS = 4;
const MAX_ERRORS = 10;

/**
 * Makes `error` fit for the log. Errors of the file system name the path in several places, and the path of a record
 * holds the result's id: who knows it may see the photo. So ids are cut out, and nothing but what is known is kept.
 */
export function loggableError(error: unknown, levels: number = MAX_LEVELS): LoggableError {
  if (!(error instanceof Error)) return { name: typeof error, message: withoutIds(String(error)) };
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  const errors = error instanceof AggregateError ? error.errors.slice(0, MAX_ERRORS) : [];
  return {
    name,
    message: withoutIds(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack: withoutIds(stack) }),
    ...(cause === undefined || levels === 0 ? {} : { cause: loggableError(cause, levels - 1) }),
    ...(errors.length === 0 || levels === 0 ? {} : { errors: errors.map((inner) => loggableError(inner, levels - 1)) }),
  };
}

/** Ids have 32 hexadecimal characters, signatures and the names of content files 64. */
function withoutIds(text: string): string {
  return text.replace(/[0-9a-f]{32,}/gi, '<id>');
}
