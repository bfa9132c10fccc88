// How many faces become one figure.

/** Value below which a part of all lies; undefined for none. */
export function quantile(values, part) {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  if (known.length === 0) return undefined;
  return known[Math.min(known.length - 1, Math.max(0, Math.ceil(part * known.length) - 1))];
}

export function median(values) {
  return quantile(values, 0.5);
}

export function share(values, test) {
  return values.length === 0 ? undefined : values.filter(test).length / values.length;
}

/** Fixed decimals for a table; a dash for what could not be measured. */
export function shown(value, digits = 2) {
  return value === undefined ? '-' : Number.isFinite(value) ? value.toFixed(digits) : String(value);
}
