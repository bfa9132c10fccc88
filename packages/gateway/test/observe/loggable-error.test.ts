import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loggableError } from '../../src/observe/loggable-error.ts';

const id = '0123456789abcdef0123456789abcdef';

describe('what the log gets to see of an error', () => {
  it('is name, code, message and stack without ids, and not the path', async () => {
    const error: unknown = await readFile(join(tmpdir(), 'records', `${id}.json`)).catch((cause: unknown) => cause);
    expect(JSON.stringify({ ...(error as object) })).toContain(id);
    const logged = loggableError(error);
    expect(logged).toEqual({
      name: 'Error',
      code: 'ENOENT',
      message: `ENOENT: no such file or directory, open '${join(tmpdir(), 'records', '<id>.json')}'`,
      stack: expect.stringContaining('<id>.json'),
    });
    expect(JSON.stringify(logged)).not.toContain(id);
  });

  it('has causes and the errors of an AggregateError, without ids as well', () => {
    const error = new AggregateError([new TypeError(`first ${id}`), `second ${id}${id}`], 'several', { cause: new Error(`cause ${id.toUpperCase()}`) });
    const logged = loggableError(error);
    expect(logged).toMatchObject({
      name: 'AggregateError',
      message: 'several',
      cause: { message: 'cause <id>' },
      errors: [{ name: 'TypeError', message: 'first <id>' }, { name: 'string', message: 'second <id>' }],
    });
    expect(JSON.stringify(logged).toLowerCase()).not.toContain(id);
  });

  it('ends although an error is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(loggableError(error).cause?.message).toBe('round');
  });
});
