import { slimDegreeRange } from '@slimface/core';
import { RequestFault } from './vendor-codes.ts';

/** What parsers of floating-point numbers agree on; some of them also take names such as `nan`, which are no degree. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads the field `slim_degree`: a decimal number, blanks around it or not. Its range is checked where degrees are.
 *
 * @param text undefined when the form has no such field
 * @returns 1 for a field that is not there
 * @throws {RequestFault} PARAMETERS_CANNOT_EMPTY, or ERROR_INVALID_PARAMETER_FORMAT for anything but a number
 */
export function readSlimDegree(text: string | undefined): number {
  const { min, max, default: fallback } = slimDegreeRange;
  if (text === undefined) return fallback;
  const number = text.trim();
  const expected = `Expected slim_degree to be a decimal number between ${min} and ${max}`;
  if (number === '') throw new RequestFault('PARAMETERS_CANNOT_EMPTY', `${expected} but received an empty field; leave it out for ${fallback}`);
  if (!decimal.test(number)) throw new RequestFault('ERROR_INVALID_PARAMETER_FORMAT', `${expected} but received ${brief(number)}`);
  return Number(number);
}

function brief(text: string): string {
  return text.length > 40 ? `a text of ${text.length} characters` : JSON.stringify(text);
}
