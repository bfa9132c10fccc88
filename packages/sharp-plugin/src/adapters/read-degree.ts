import { InvalidInputError, InvalidSlimDegreeError, slimDegreeRange } from '@slimface/core';

/** 0 to 2 with at most two decimals. */
const written = /^(?:[01](?:\.\d{1,2})?|2(?:\.0{1,2})?)$/;

/**
 * Reads the degree in an address or attribute. Anybody can make up addresses, so the values are bounded: two decimals, which
 * are finer than the eye, leave 201 of them for an engine and a cache to meet.
 *
 * @throws {InvalidSlimDegreeError} anything else
 */
export function readDegree(value: unknown): number {
  if ((typeof value === 'string' || typeof value === 'number') && written.test(String(value))) return Number(value);
  const { message } = new InvalidInputError('slim between 0 and 2 with at most two decimals', value);
  throw new InvalidSlimDegreeError({ received: value, min: slimDegreeRange.min, max: slimDegreeRange.max }, { message });
}
