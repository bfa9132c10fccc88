import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { apiRequirements, AbortedError, type FaceSlimmer, FaceUnusableError, NoFaceError } from '@slimface/core';
import { GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAdmission } from '../../src/admission/admission.ts';
import type { GatewayContext } from '../../src/context.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { observe, type Operation } from '../../src/observe/operation.ts';
import { inRequestSpan } from '../../src/observe/spans.ts';
import type { LogLine } from '../_setup.ts';
import { parseSamples, type Samples } from './_samples.ts';
import { ancestors, collectSpans } from './_spans.ts';

const exporter = collectSpans();
let logged: LogLine[];
let context: GatewayContext;
let samples: () => Promise<Samples>;

beforeEach(() => {
  logged = [];
  const log = (fields: object, message: string): void => void logged.push({ fields: { ...fields }, message });
  const metrics = createMetrics({ admission: createAdmission({ capacity: 1, queueLength: 0 }), store: { byteSize: 0 } });
  samples = async () => parseSamples((await metrics.render()).body);
  const slimmer: FaceSlimmer = { id: 'other', version: '1', requirements: apiRequirements, slim: () => Promise.reject(new Error('not asked')), close: async () => {} };
  const caller = { name: 'shop', countedAs: 'shop' };
  // Of a context, these are all that an operation may look at.
  context = { slimmer, metrics, caller, requestId: 'r-1', logger: { info: log, error: log } } as unknown as GatewayContext;
});

const fail = (reason: unknown) => (operation: Operation): Promise<never> => operation.stage('slim', () => Promise.reject(reason));

describe('an operation', () => {
  it('that succeeds is one line, one count, and the time of its stages', async () => {
    const answer = await observe('slimFace', context, async (operation) => {
      operation.note({ slimDegree: 1.5 });
      await operation.stage('receive', () => 'bytes');
      await operation.stage('slim', async () => operation.note({ faces: 2, upstreamRequestId: 'u-1', upstreamLogId: 'u-2' }));
      return operation.stage('store', async () => 'stored');
    });
    expect(answer).toBe('stored');
    const fields = { requestId: 'r-1', key: 'shop', engine: 'other', outcome: 'OK', ms: expect.any(Number), slimDegree: 1.5, faces: 2, upstreamRequestId: 'u-1', upstreamLogId: 'u-2' };
    expect(logged).toEqual([{ message: 'slimFace', fields: { ...fields, stages: { receive: expect.any(Number), slim: expect.any(Number), store: expect.any(Number) } } }]);
    const all = await samples();
    expect(all.get('slimface_operations_total{operation="slimFace",outcome="OK"}')).toBe(1);
    expect(all.get('slimface_stage_seconds_count{stage="store"}')).toBe(1);
    expect(all.get('slimface_stage_seconds_count{stage="queue"}')).toBeUndefined();
  });

  it('is a span with one for each stage', async () => {
    await observe('detectFaces', context, async (operation) => {
      operation.note({ byteSize: 7 });
      await operation.stage('queue', () => {});
      await operation.stage('detect', () => {});
    });
    const spans = exporter.getFinishedSpans();
    expect(spans.map((span) => [span.name, ...ancestors(span, spans)])).toEqual([
      ['slimface.stage.queue', 'slimface.detectFaces'],
      ['slimface.stage.detect', 'slimface.detectFaces'],
      ['slimface.detectFaces'],
    ]);
    expect(spans[2]).toMatchObject({
      kind: SpanKind.INTERNAL,
      instrumentationScope: { name: '@slimface/gateway' },
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'slimface.request_id': 'r-1', 'slimface.engine': 'other', 'slimface.key': 'shop', 'slimface.byte_size': 7, 'slimface.outcome': 'OK' },
    });
  });

  const refusal = new FaceUnusableError('the face is covered', { requestId: 'u-1', logId: 'u-2' });
  const failures: [name: string, error: Error, outcome: string, label: string][] = [
    ['the photo', new NoFaceError(), 'NO_FACE', 'NO_FACE'],
    ['the vendor', refusal, 'FACE_UNUSABLE', 'FACE_UNUSABLE'],
    ['the client', new AbortedError(), 'UPLOAD_INTERRUPTED', 'UPLOAD_INTERRUPTED'],
    ['the request', new GraphQLError('no', { extensions: { code: 'PAYLOAD_TOO_LARGE' } }), 'PAYLOAD_TOO_LARGE', 'PAYLOAD_TOO_LARGE'],
    ['us', new TypeError('secret'), 'INTERNAL', 'INTERNAL'],
    ['something with a code that nobody knows', new GraphQLError('no', { extensions: { code: 'A_1' } }), 'A_1', 'OTHER'],
  ];
  for (const [name, error, outcome, label] of failures) {
    it(`that fails because of ${name} is counted and logged by its code`, async () => {
      const failure = await observe('slimFaces', context, fail(error)).catch((reason: unknown) => reason);
      expect(failure).toBeInstanceOf(Error);
      const line = logged.at(-1)!;
      expect(line).toMatchObject({ message: 'slimFaces', fields: { outcome, stages: { slim: expect.any(Number) } } });
      expect(JSON.stringify(line)).not.toContain('secret');
      expect((await samples()).get(`slimface_operations_total{operation="slimFaces",outcome="${label}"}`)).toBe(1);
      const span = exporter.getFinishedSpans().at(-1)!;
      expect(span).toMatchObject({ name: 'slimface.slimFaces', status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': outcome, 'slimface.outcome': outcome } });
    });
  }

  it('names the ids that the vendor gave a call that failed', async () => {
    await observe('rest', context, fail(refusal)).catch(() => {});
    expect(logged).toMatchObject([{ fields: { upstreamRequestId: 'u-1', upstreamLogId: 'u-2' } }]);
  });

  it('tells no span the id of a result', async () => {
    const id = 'f'.repeat(32);
    await observe('slimFace', context, fail(Object.assign(new Error(`ENOENT: records/${id}.json`), { code: 'ENOENT' }))).catch(() => {});
    const [stage, operation] = exporter.getFinishedSpans();
    expect(stage).toMatchObject({ status: { message: 'ENOENT: records/<id>.json' }, attributes: { 'error.type': 'ENOENT' } });
    expect(JSON.stringify([stage!.status, stage!.events, operation!.status, operation!.attributes])).not.toContain(id);
  });

  it('leaves the span of a request to an instrumentation that has made one', async () => {
    await observe('slimFace', context, async () => inRequestSpan({} as never, {} as never, { route: '/graphql', requestId: 'r-1' }, () => {}));
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['slimface.slimFace']);
  });
});
