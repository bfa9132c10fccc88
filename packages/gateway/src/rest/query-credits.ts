import type { CreditPool, Credits, FaceSlimmer } from '@slimface/core';
import { requireCaller } from '../access/gate.ts';
import { askEngine } from '../ask-engine.ts';
import { toCallerError } from '../to-caller-error.ts';
import type { Endpoint } from './endpoint.ts';

/** What each pool holds where nothing is paid for: as much as the vendor's largest pack, so that no client warns that it runs low. */
const plenty = { balance: 1_000_000, total: 1_000_000 } as const;
const unpaid: readonly CreditPool[] = [
  { id: 'portrait_intelligent_face_slimming', name: 'Face slimming', ...plenty },
  { id: 'common', name: 'Universal', ...plenty },
];

/** `GET /api/common/query-credits`: those of the engine's account, or plenty where the engine has none. */
export function queryCreditsEndpoint(slimmer: FaceSlimmer): Endpoint {
  const ask = hasCredits(slimmer) ? sharing(() => askEngine(() => slimmer.credits())) : async () => ({ pools: unpaid });
  return {
    path: '/api/common/query-credits',
    methods: ['GET', 'HEAD'],
    async answer(_req, _res, context) {
      try {
        requireCaller(context);
        const { pools } = await ask();
        // Pools of the account that slimming cannot use are nobody's business here.
        return pools.filter(({ id }) => unpaid.some((pool) => pool.id === id)).map(toEntry);
      } catch (error) {
        throw toCallerError(error, context);
      }
    },
  };
}

/** A pool as the vendor shows it; times are seconds since 1970. Nothing is known of its purchases. */
function toEntry({ id, name, balance, total = balance }: CreditPool): object {
  return { unique_sign: id, name, balance, total, last_recharge_balance: total, balance_warning: 0, first_buy_time: 0, last_update_time: Math.floor(Date.now() / 1000) };
}

function hasCredits(slimmer: FaceSlimmer): slimmer is FaceSlimmer & { credits(): Promise<Pick<Credits, 'pools'>> } {
  return 'credits' in slimmer && typeof slimmer.credits === 'function';
}

/** Whoever asks while an answer is on its way gets that one, so that callers cannot have the account asked all the time. */
function sharing<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => (asking ??= ask().finally(() => (asking = undefined)));
}
