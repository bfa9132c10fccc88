import type { AilabEvent, RetryEvent } from '@slimface/core';

/** The retries among events. */
export function retriesOf(events: readonly AilabEvent[]): RetryEvent[] {
  return events.filter((event) => event.type === 'retry');
}
