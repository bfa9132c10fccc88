import { SlimFaceError } from '@slimface/core';
import type { GatewayContext } from '../context.ts';
import { toCallerError } from '../to-caller-error.ts';
import { errorType } from './outcome.ts';
import { inSpan } from './spans.ts';

/** What callers can ask for. */
export type OperationName = 'slimFace' | 'slimFaces' | 'detectFaces' | 'rest';

/** The parts of an operation that take time. */
export type Stage = 'receive' | 'check' | 'queue' | 'slim' | 'detect' | 'store';

/** Facts for the log line and the span; never bytes, names of files, keys, ids of results or signatures. */
export interface OperationFacts {
  readonly slimDegree?: number;
  readonly faces?: number;
  /** Of each face, from left to right, where the request named faces. */
  readonly faceDegrees?: readonly number[];
  readonly byteSize?: number;
  /** Ids that a remote engine gave the call. */
  readonly upstreamRequestId?: string;
  readonly upstreamLogId?: string;
}

/** One photo's way through the gateway, as it is watched. */
export interface Operation {
  /** Runs a stage: its time is in the log line, in a histogram, and a span of its own. */
  stage<T>(name: Stage, work: () => T | Promise<T>): Promise<T>;
  /** Adds facts that are known by now. */
  note(facts: OperationFacts): void;
}

/**
 * Runs one operation: a span, a line in the log, a count by outcome.
 *
 * @throws {SlimFaceError} what a caller may see of whatever `work` threw
 */
export type Observe = <T>(name: OperationName, context: GatewayContext, work: (operation: Operation) => Promise<T>) => Promise<T>;

export const observe: Observe = (name, context, work) => {
  const { logger, metrics, requestId, slimmer, caller } = context;
  const about = { 'slimface.request_id': requestId, 'slimface.engine': slimmer.id, 'slimface.key': caller?.name };
  return inSpan(`slimface.${name}`, about, async (span) => {
    const started = performance.now();
    const stages: Partial<Record<Stage, number>> = {};
    let facts: OperationFacts = {};
    let outcome = 'OK';

    const operation: Operation = {
      stage(stage, task) {
        return inSpan(`slimface.stage.${stage}`, {}, async () => {
          const begun = performance.now();
          try {
            return await task();
          } finally {
            const ms = performance.now() - begun;
            stages[stage] = (stages[stage] ?? 0) + Math.round(ms);
            metrics.observeStage(stage, ms / 1000);
          }
        });
      },
      note(more) {
        facts = { ...facts, ...more };
      },
    };

    try {
      return await work(operation);
    } catch (error) {
      if (error instanceof SlimFaceError) operation.note(upstreamIds(error));
      const callerError = toCallerError(error, context);
      outcome = errorType(callerError);
      throw callerError;
    } finally {
      metrics.countOperation(name, outcome);
      logger.info({ requestId, key: caller?.name, engine: slimmer.id, outcome, ms: Math.round(performance.now() - started), stages, ...facts }, name);
      span.setAttributes({
        'slimface.outcome': outcome,
        'slimface.slim_degree': facts.slimDegree,
        'slimface.face_count': facts.faces,
        'slimface.byte_size': facts.byteSize,
        'slimface.upstream_request_id': facts.upstreamRequestId,
        'slimface.upstream_log_id': facts.upstreamLogId,
      });
    }
  });
};

function upstreamIds({ requestId, logId }: SlimFaceError): OperationFacts {
  return { ...(requestId !== undefined && { upstreamRequestId: requestId }), ...(logId !== undefined && { upstreamLogId: logId }) };
}
