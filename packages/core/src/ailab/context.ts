import type { SlimmingCache } from './pacing/cache.ts';
import type { AilabCallSettings } from './client-options.ts';
import type { Connections } from './connections.ts';
import type { Emit } from './observe/events.ts';
import type { Lifetime } from './lifetime.ts';
import type { Endpoint } from './provider.ts';
import type { Redact } from './observe/redact.ts';
import type { Slimming } from './result/remote-image.ts';
import type { ClientLimits } from './resolve-options.ts';
import type { ResultHosts } from './result/result-hosts.ts';
import type { SingleFlight } from './pacing/single-flight.ts';
import type { Trace } from './observe/telemetry.ts';
import type { Turns } from './pacing/turns.ts';

/** Everything that a client's calls share. */
export interface ClientContext {
  readonly version: string;
  /** What two clients must have in common for their calls to be the same. */
  readonly scope: string;
  readonly endpoint: Endpoint;
  readonly defaults: AilabCallSettings;
  readonly limits: ClientLimits;
  readonly cache: SlimmingCache | undefined;
  readonly hosts: ResultHosts;
  readonly connections: Connections;
  readonly turns: Turns;
  readonly flights: SingleFlight<Slimming>;
  readonly emit: Emit;
  readonly redact: Redact;
  readonly trace: Trace;
  readonly track: Lifetime['track'];
  readonly linger: Lifetime['linger'];
}
