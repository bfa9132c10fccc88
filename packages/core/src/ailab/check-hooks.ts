import { InvalidInputError } from '../errors/call-errors.ts';
import type { AilabClientOptions } from './client-options.ts';

const methods = {
  logger: ['debug', 'info', 'warn', 'error'],
  cache: ['get', 'set'],
  dispatcher: ['request'],
} as const;

/**
 * Refuses hooks that would only fail once they are needed, which for a cache is after the call was paid for.
 * @throws {InvalidInputError} a hook without the functions that are called
 */
export function checkHooks(options: AilabClientOptions): void {
  for (const [name, needed] of Object.entries(methods) as [keyof typeof methods, readonly string[]][]) {
    const hook = options[name] as Readonly<Record<string, unknown>> | undefined;
    if (hook === undefined) continue;
    const complete = typeof hook === 'object' && hook !== null && needed.every((method) => typeof hook[method] === 'function');
    if (!complete) throw new InvalidInputError(`${name} with the functions ${needed.join(', ')}`, hook);
  }
  if (options.onEvent !== undefined && typeof options.onEvent !== 'function') throw new InvalidInputError('onEvent to be a function', options.onEvent);
}
