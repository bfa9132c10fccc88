import type { SlimFaceErrorCode } from '../../errors/slim-face-error.ts';

/** What a request is for. */
export type AilabOperation = 'slim' | 'download' | 'credits';

/** Something that happened during a call. None of them carries a key, an address of a result or a part of an image. */
export type AilabEvent = AttemptEvent | RetryEvent | CacheEvent | SharedEvent | WarningEvent;

/** A try is over. */
export interface AttemptEvent {
  readonly type: 'attempt';
  readonly operation: AilabOperation;
  /** Counted from 1 within its call. */
  readonly attempt: number;
  readonly durationMs: number;
  /** `'OK'`, or what went wrong. */
  readonly code: 'OK' | SlimFaceErrorCode;
  /** Code of the API, when it gave one. */
  readonly upstreamCode?: string;
  readonly httpStatus?: number;
  /** Bytes of the request's body that were handed to the connection. */
  readonly bytesSent: number;
  /** Bytes of the answer's body. */
  readonly bytesReceived: number;
  readonly requestId?: string;
  readonly logId?: string;
}

/** A try that failed is repeated after a pause. */
export interface RetryEvent {
  readonly type: 'retry';
  readonly operation: AilabOperation;
  /** The try that is about to begin, 2 or more. */
  readonly attempt: number;
  readonly delayMs: number;
  /** What the last try failed with. */
  readonly code: SlimFaceErrorCode;
}

/** The cache was asked. */
export interface CacheEvent {
  readonly type: 'cache';
  readonly hit: boolean;
}

/** The same bytes with the same options are being slimmed already; the call waits for that result. */
export interface SharedEvent {
  readonly type: 'shared';
}

/** Something that may be a mistake but does not stop the call. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly message: string;
}

/** The part of pino's logger that is used: fields first, then a line of text. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Takes events; never throws. */
export type Emit = (event: AilabEvent) => void;

/**
 * Sends each event to the hook and, as a line, to the logger. Neither can break a call: what they throw is dropped.
 */
export function createEmitter({ logger, onEvent }: { logger?: Logger | undefined; onEvent?: ((event: AilabEvent) => void) | undefined }): Emit {
  return (event) => {
    harmless(() => onEvent?.(event));
    if (logger !== undefined) harmless(() => logger[levelOf(event)](event, lineOf(event)));
  };
}

function levelOf(event: AilabEvent): keyof Logger {
  if (event.type === 'warning' || event.type === 'retry') return 'warn';
  return event.type === 'attempt' && event.code !== 'OK' ? 'info' : 'debug';
}

function lineOf(event: AilabEvent): string {
  switch (event.type) {
    case 'attempt':
      return `${event.operation}: try ${event.attempt} ended with ${event.upstreamCode ?? event.code} after ${Math.round(event.durationMs)} ms`;
    case 'retry':
      return `${event.operation}: try ${event.attempt} begins in ${Math.round(event.delayMs)} ms after ${event.code}`;
    case 'cache':
      return event.hit ? 'slim: the result was in the cache' : 'slim: the result was not in the cache';
    case 'shared':
      return 'slim: waits for the same image that is being slimmed already';
    case 'warning':
      return event.message;
  }
}

/** Also a hook that is an async function must not bring the process down with a rejection that nobody handles. */
function harmless(call: () => unknown): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // Not the caller's problem.
  }
}
