import type { Logger } from '@slimface/core';
import { currentRequestId } from '../http/handle-request.ts';

/**
 * A logger for the client of a remote engine. Its lines get the id of the gateway's request as `requestId`, like all
 * others, and the remote engine's own ids as `upstreamRequestId` and `upstreamLogId`.
 */
export function upstreamLogger(logger: Logger): Logger {
  const log = (level: keyof Logger) => (fields: object, message: string) => logger[level](withOwnId(fields), message);
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

function withOwnId({ requestId: upstreamRequestId, logId: upstreamLogId, ...fields }: { requestId?: string; logId?: string }): object {
  return { requestId: currentRequestId.getStore(), ...fields, upstreamRequestId, upstreamLogId };
}
