/**
 * A step with two continuous derivatives: 0 up to t = 0, 1 from t = 1, t^3 (6 t^2 - 15 t + 10) between
 * (K. Perlin, "Improving noise", 2002). Its steepest slope is 1.875.
 */
export function smoothStep(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * t * (t * (6 * t - 15) + 10);
}

/** A curve over v: a uniform cubic B-spline, so it has two continuous derivatives whatever its control values are. */
export interface Curve {
  readonly start: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** A curve with control values at `start`, `start + step`, ... up to `end`. */
export function curveThrough(start: number, end: number, step: number, value: (v: number) => number): Curve {
  const count = Math.round((end - start) / step) + 1;
  return { start, step, values: Float64Array.from({ length: count }, (_, i) => value(start + i * step)) };
}

/** The curve at v; beyond its ends the end values go on. */
export function curveAt({ start, step, values }: Curve, v: number): number {
  const position = (v - start) / step;
  const knot = Math.floor(position);
  const t = position - knot;
  const control = (k: number): number => values[k < 0 ? 0 : k >= values.length ? values.length - 1 : k]!;
  const s = 1 - t;
  return (
    (s * s * s * control(knot - 1) +
      (3 * t * t * t - 6 * t * t + 4) * control(knot) +
      (3 * s * s * s - 6 * s * s + 4) * control(knot + 1) +
      t * t * t * control(knot + 2)) /
    6
  );
}
