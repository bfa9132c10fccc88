import { AbortedError, InvalidInputError } from '../errors/call-errors.ts';
import { checkSignal } from '../slim-options.ts';
import { attemptCall } from './request/attempt.ts';
import type { CreditsOptions } from './client.ts';
import type { ClientContext } from './context.ts';
import { readCredits, type Credits } from './credits.ts';
import { startDeadline, startTry } from './pacing/deadline.ts';
import { resolveCallSettings } from './resolve-options.ts';
import { withRetries } from './pacing/retry.ts';

/** Asks for the account's credits. */
export async function fetchCredits(options: CreditsOptions, context: ClientContext): Promise<Credits> {
  const { endpoint, connections, redact, limits, emit, trace, defaults } = context;
  if (typeof options !== 'object' || options === null) throw new InvalidInputError('options to be an object', options);
  const { creditsUrl: url, headers } = endpoint;
  if (url === undefined) throw new InvalidInputError("credits() with the provider 'ailab', because no other one tells,", endpoint.provider);
  checkSignal(options.signal);
  if (options.signal?.aborted) throw new AbortedError({ cause: options.signal.reason });
  const settings = resolveCallSettings(options, defaults);
  const dispatcher = await connections.toApi();
  const { signal, left, clear } = startDeadline(settings.totalTimeoutMs, `the credits within ${settings.totalTimeoutMs} ms, retries included,`, options.signal);
  const request = { url, headers, read: readCredits, wanted: 'a list of credit pools' };
  try {
    return await trace('slimface.credits', { 'server.address': url.hostname }, () =>
      withRetries(
        async (attempt) => {
          const deadline = startTry(settings, signal);
          const outcome = await attemptCall('credits', attempt, request, { dispatcher, signal: deadline.signal, redact }, context);
          deadline.clear();
          return outcome;
        },
        { ...limits, ...settings },
        { signal, left, onRetry: ({ error, ...next }) => emit({ type: 'retry', operation: 'credits', ...next, code: error.code }) },
      ),
    );
  } finally {
    clear();
  }
}
