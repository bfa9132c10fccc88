/**
 * A step with two continuous derivatives: 0 up to t = 0, 1 from t = 1, t^3 (6 t^2 - 15 t + 10) between
 * (K. Perlin, "Improving noise", 2002). Its steepest slope is 1.875.
 */
export function smoothStep(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * t * (t * (6 * t - 15) + 10);
}

/** A curve over v, sampled so finely that lines between the samples will do. */
export interface Curve {
  readonly start: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** Samples for each control value. */
const fineness = 4;

/**
 * A curve with control values at `start`, `start + step`, ... up to `end`: a uniform cubic B-spline, so it bends smoothly
 * whatever its control values are.
 */
export function curveThrough(start: number, end: number, step: number, value: (v: number) => number): Curve {
  const count = Math.round((end - start) / step) + 1;
  const controls = Float64Array.from({ length: count }, (_, i) => value(start + i * step));
  const values = Float64Array.from({ length: (count - 1) * fineness + 1 }, (_, i) => splineAt(controls, i / fineness));
  return { start, step: step / fineness, values };
}

function splineAt(controls: Float64Array, position: number): number {
  const knot = Math.floor(position);
  const t = position - knot;
  const s = 1 - t;
  const control = (k: number): number => controls[Math.min(Math.max(k, 0), controls.length - 1)]!;
  return (
    (s * s * s * control(knot - 1) +
      (3 * t * t * t - 6 * t * t + 4) * control(knot) +
      (3 * s * s * s - 6 * s * s + 4) * control(knot + 1) +
      t * t * t * control(knot + 2)) /
    6
  );
}

/** The curve at v; beyond its ends the end values go on. */
export function curveAt({ start, step, values }: Curve, v: number): number {
  const position = (v - start) / step;
  if (!(position > 0)) return values[0]!;
  const left = Math.floor(position);
  if (left + 1 >= values.length) return values[values.length - 1]!;
  return values[left]! + (position - left) * (values[left + 1]! - values[left]!);
}
