import { InvalidInputError } from '../errors/call-errors.ts';
import type { AilabCallSettings, AilabClientOptions } from './client-options.ts';
import type { RetryPolicy } from './pacing/retry.ts';

/** Settings with defaults in place. */
export type CallSettings = { readonly [Name in keyof AilabCallSettings]-?: NonNullable<AilabCallSettings[Name]> };

/** Numbers that are the client's alone. */
export interface ClientLimits extends Omit<RetryPolicy, 'maxRetries' | 'retryUnknown'> {
  readonly concurrency: number;
  readonly maxResultBytes: number;
  readonly downloadTimeoutMs: number;
  readonly maxDownloadRetries: number;
}

const second = 1000;
const day = 24 * 60 * 60 * second;

/** Range and default of every option that is a number. Whole numbers, both ends included. */
const numbers = {
  timeoutMs: { min: 1, max: day, default: 30 * second },
  totalTimeoutMs: { min: 1, max: day, default: 120 * second },
  maxRetries: { min: 0, max: 10, default: 2 },
  retryDelayMs: { min: 0, max: day, default: second },
  maxRetryDelayMs: { min: 0, max: day, default: 30 * second },
  retryBudgetMs: { min: 0, max: day, default: 60 * second },
  concurrency: { min: 1, max: 100, default: 3 },
  maxResultBytes: { min: 1, max: 2 ** 30, default: 24 * 2 ** 20 },
  downloadTimeoutMs: { min: 1, max: day, default: 30 * second },
  maxDownloadRetries: { min: 0, max: 10, default: 2 },
} as const;

const switches = { retryUnknown: false, preflight: true } as const;

/**
 * Settings of one call: its own, then the client's, then the defaults.
 * @throws {InvalidInputError} a number out of its range, or a switch that is no boolean
 */
export function resolveCallSettings(...layers: readonly AilabCallSettings[]): CallSettings {
  return {
    timeoutMs: number('timeoutMs', layers),
    totalTimeoutMs: number('totalTimeoutMs', layers),
    maxRetries: number('maxRetries', layers),
    retryUnknown: flag('retryUnknown', layers),
    preflight: flag('preflight', layers),
  };
}

/** @throws {InvalidInputError} a number out of its range */
export function resolveClientLimits(options: AilabClientOptions): ClientLimits {
  return {
    retryDelayMs: number('retryDelayMs', [options]),
    maxRetryDelayMs: number('maxRetryDelayMs', [options]),
    retryBudgetMs: number('retryBudgetMs', [options]),
    concurrency: number('concurrency', [options]),
    maxResultBytes: number('maxResultBytes', [options]),
    downloadTimeoutMs: number('downloadTimeoutMs', [options]),
    maxDownloadRetries: number('maxDownloadRetries', [options]),
  };
}

function number<Name extends keyof typeof numbers>(name: Name, layers: readonly { readonly [key in Name]?: number | undefined }[]): number {
  const { min, max, default: fallback } = numbers[name];
  const value: unknown = layers.find((layer) => layer[name] !== undefined)?.[name] ?? fallback;
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  throw new InvalidInputError(`${name} to be a whole number from ${min} to ${max}`, value);
}

function flag<Name extends keyof typeof switches>(name: Name, layers: readonly { readonly [key in Name]?: boolean | undefined }[]): boolean {
  const value: unknown = layers.find((layer) => layer[name] !== undefined)?.[name] ?? switches[name];
  if (typeof value === 'boolean') return value;
  throw new InvalidInputError(`${name} to be true or false`, value);
}
