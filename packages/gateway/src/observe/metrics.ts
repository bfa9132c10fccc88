import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Admission } from '../admission/admission.ts';
import type { ResultStore } from '../store/result-store.ts';
import type { OperationName, Stage } from './operation.ts';
import { outcomeOf, outcomes } from './outcome.ts';
import { processMetrics } from './process-metrics.ts';

/** Figures about a gateway, for Prometheus. */
export interface Metrics {
  /** @param outcome `'OK'` or the code of an error */
  countOperation(name: OperationName, outcome: string): void;
  observeStage(name: Stage, seconds: number): void;
  /** Counts a piece of a body that brings photos, as it arrives. */
  addUploadBytes(bytes: number): void;
  /** @param status HTTP status, `'aborted'` when the client left before its answer */
  countRequest(route: string, status: number | 'aborted'): void;
  /** All figures in Prometheus' text format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** From a check of a few bytes to a remote engine that takes its time. */
const STAGE_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

const operationNames: readonly OperationName[] = ['slimFace', 'slimFaces', 'detectFaces', 'rest'];

/** In a registry of its own, so that a process may run several gateways and have other metrics. */
export function createMetrics({ admission, store }: { admission: Pick<Admission, 'depth'>; store: Pick<ResultStore, 'byteSize'> }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const operations = new Counter({ name: 'slimface_operations_total', help: 'Photos that were asked for, by outcome.', labelNames: ['operation', 'outcome'], registers });
  const stages = new Histogram({ name: 'slimface_stage_seconds', help: 'Time that a photo spends in a stage.', labelNames: ['stage'], buckets: STAGE_BUCKETS, registers });
  const uploads = new Counter({ name: 'slimface_upload_bytes_total', help: 'Bytes of requests that bring photos, counted as they arrive.', registers });
  const requests = new Counter({ name: 'slimface_http_requests_total', help: 'HTTP requests, by route and status.', labelNames: ['route', 'status'], registers });
  const depth = new Gauge({
    name: 'slimface_queue_depth',
    help: 'Photos that the engine works on, and photos that are being received or wait for it.',
    labelNames: ['state'],
    registers: [],
    collect() {
      const { working, waiting } = admission.depth;
      this.set({ state: 'working' }, working);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  const stored = new Gauge({
    name: 'slimface_store_bytes',
    help: 'Bytes that stored results take on disk.',
    registers: [],
    collect() {
      this.set(store.byteSize);
    },
  });
  for (const gauge of [depth, stored]) registry.registerMetric(gauge);
  // From the start, so that the first failure of its kind shows as a rise.
  for (const operation of operationNames) for (const outcome of outcomes) operations.inc({ operation, outcome }, 0);
  const all = Registry.merge([registry, processMetrics()]);

  return {
    countOperation: (operation, outcome) => operations.inc({ operation, outcome: outcomeOf(outcome) }),
    observeStage: (stage, seconds) => stages.observe({ stage }, seconds),
    addUploadBytes: (bytes) => uploads.inc(bytes),
    countRequest: (route, status) => requests.inc({ route, status }),
    render: async () => ({ contentType: all.contentType, body: await all.metrics() }),
  };
}
