import { slimDegreeRange } from '@slimface/core';

const { min, max, default: defaultValue } = slimDegreeRange;

/** A `slimDegree` of an input. It may be null so that NaN, which JSON writes as null, ends in the error of any other bad degree. */
export const slimDegreeInput: { readonly defaultValue: number; readonly description: string } = {
  defaultValue,
  description: `How much to slim, ${min} to ${max}: the jaw gets narrower by about 6 % of its width for each 1. 0 changes nothing, but for a shape. Null is no degree and ends in InvalidSlimDegreeError: leave the field out for the default.`,
};
