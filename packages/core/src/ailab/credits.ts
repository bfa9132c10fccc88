/** Credits of an account. */
export interface Credits {
  /** Credits that slimming can use: its own pool and the universal one. A slimmed photo costs 5. */
  readonly usable: number;
  /** The pool for face slimming alone. */
  readonly slimming: number;
  /** The universal pool. */
  readonly common: number;
  /** Every pool of the account, those of other services included. */
  readonly pools: readonly CreditPool[];
  readonly requestId?: string;
  readonly logId?: string;
}

/** Credits that were bought together. */
export interface CreditPool {
  /** Name of the pool for machines, e.g. `'portrait_intelligent_face_slimming'` or `'common'`. */
  readonly id: string;
  /** Name of the pool for people. */
  readonly name: string;
  readonly balance: number;
  /** Credits ever bought for it; absent when the API does not say. */
  readonly total?: number;
}

const slimmingPool = 'portrait_intelligent_face_slimming';
const universalPool = 'common';

/** Reads the data of a credits answer; undefined when it is no list of pools. */
export function readCredits(data: unknown): Credits | undefined {
  if (!Array.isArray(data)) return undefined;
  const pools = data.map(readPool).filter((pool) => pool !== undefined);
  if (pools.length < data.length) return undefined;
  const balanceOf = (id: string): number => pools.filter((pool) => pool.id === id).reduce((sum, { balance }) => sum + balance, 0);
  const [slimming, common] = [balanceOf(slimmingPool), balanceOf(universalPool)];
  return { usable: slimming + common, slimming, common, pools };
}

function readPool(entry: unknown): CreditPool | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { unique_sign: id, name, balance, total } = entry as Record<string, unknown>;
  const left = toAmount(balance);
  if (typeof id !== 'string' || left === undefined) return undefined;
  const bought = toAmount(total);
  return { id, name: typeof name === 'string' && name !== '' ? name : id, balance: left, ...(bought !== undefined && { total: bought }) };
}

/** Amounts come as numbers and as strings of digits. */
function toAmount(value: unknown): number | undefined {
  const amount = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
  return Number.isFinite(amount) ? amount : undefined;
}
