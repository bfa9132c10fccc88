import { callApi, type ApiContext, type ApiRequest } from './call-api.ts';
import type { AnswerIds } from '../answer/envelope.ts';
import type { AilabOperation, Emit } from '../observe/events.ts';
import type { Outcome } from '../pacing/retry.ts';
import type { Trace } from '../observe/telemetry.ts';

/** Who is told about a try. */
export interface Observers {
  readonly emit: Emit;
  readonly trace: Trace;
}

/** Makes one try and tells everybody how it went. Never rejects. */
export async function attemptCall<T extends object>(
  operation: AilabOperation,
  attempt: number,
  request: ApiRequest<T>,
  context: ApiContext,
  { emit, trace }: Observers,
): Promise<Outcome<T & AnswerIds>> {
  const started = performance.now();
  const method = request.upload === undefined ? 'GET' : 'POST';
  const about = { 'http.request.method': method, 'server.address': request.url.hostname, 'http.request.resend_count': attempt - 1 };
  return trace('slimface.attempt', about, async ({ note, fail }) => {
    const { outcome, report } = await callApi(request, context);
    const code = outcome.ok ? 'OK' : outcome.error.code;
    const { requestId, logId } = outcome.ok ? outcome.value : outcome.error;
    const said = outcome.ok ? undefined : outcome.error.upstream?.code;
    const upstreamCode = said === 'unknown' ? undefined : said;
    note({ 'http.response.status_code': report.httpStatus, 'slimface.upstream_code': upstreamCode });
    if (!outcome.ok) fail(outcome.error);
    emit({
      type: 'attempt',
      operation,
      attempt,
      durationMs: performance.now() - started,
      code,
      ...report,
      ...(upstreamCode !== undefined && { upstreamCode }),
      ...(requestId !== undefined && { requestId }),
      ...(logId !== undefined && { logId }),
    });
    return outcome;
  });
}
