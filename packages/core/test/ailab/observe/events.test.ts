import { describe, expect, it, vi } from 'vitest';
import { createEmitter, type AilabEvent } from '../../../src/ailab/observe/events.ts';

const createLogger = () => ({ debug: vi.fn<() => void>(), info: vi.fn<() => void>(), warn: vi.fn<() => void>(), error: vi.fn<() => void>() });
const attempt: AilabEvent = { type: 'attempt', operation: 'slim', attempt: 1, durationMs: 12.4, code: 'OK', bytesSent: 10, bytesReceived: 20 };

describe('an event', () => {
  it.each<[AilabEvent, keyof ReturnType<typeof createLogger>, string]>([
    [attempt, 'debug', 'slim: try 1 ended with OK after 12 ms'],
    [{ ...attempt, code: 'NO_FACE', upstreamCode: 'ERROR_NO_FACE_IN_FILE' }, 'info', 'slim: try 1 ended with ERROR_NO_FACE_IN_FILE after 12 ms'],
    [{ type: 'retry', operation: 'download', attempt: 2, delayMs: 500.2, code: 'RESULT_UNAVAILABLE' }, 'warn', 'download: try 2 begins in 500 ms after RESULT_UNAVAILABLE'],
    [{ type: 'cache', hit: true }, 'debug', 'slim: the result was in the cache'],
    [{ type: 'cache', hit: false }, 'debug', 'slim: the result was not in the cache'],
    [{ type: 'shared' }, 'debug', 'slim: waits for the same image that is being slimmed already'],
    [{ type: 'warning', message: 'the image is large' }, 'warn', 'the image is large'],
  ])('%o is logged as %s', (event, level, line) => {
    const logger = createLogger();
    createEmitter({ logger })(event);
    expect(logger[level].mock.calls).toEqual([[event, line]]);
  });

  it('is logged by a logger that needs its `this`', () => {
    class Log {
      readonly lines: string[] = [];
      debug(_fields: object, line: string): void {
        this.lines.push(line);
      }
      info = this.debug;
      warn = this.debug;
      error = this.debug;
    }
    const log = new Log();
    createEmitter({ logger: log })(attempt);
    expect(log.lines).toHaveLength(1);
  });
});
