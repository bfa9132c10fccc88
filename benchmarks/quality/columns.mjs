import { median, quantile, shown } from './figures.mjs';
import { lobePair } from './mesh-points.mjs';

/** Faces that look at the camera, by the independent model: their halves differ by less than a factor of 2. */
export const isNearFrontal = ({ turn }) => turn >= 0.5;
/** Faces whose two sides can be compared. */
export const isFrontal = ({ turn }) => turn >= 0.8;

/** Of the near-frontal faces, the value below which a part of them lies. */
const near = (part, value) => (records) => quantile(records.filter(isNearFrontal).map(value), part);
/** Of all faces. */
const all = (part, value) => (records) => quantile(records.map(value), part);
const count = (test) => (records) => (records[0]?.profile === undefined ? undefined : records.filter(isNearFrontal).filter(test).length);

/** Difference of the narrowing of the two sides in points. */
export function sidesApart(record) {
  return isFrontal(record) && record.sides ? Math.abs(record.sides[0] - record.sides[1]) : undefined;
}

/** Least narrowing of a pair from the ear lobe to the chin over the most: 1 for an outline that keeps its shape. */
export function evenness({ profile }) {
  const jaw = profile?.slice(lobePair);
  return jaw && Math.max(0, Math.min(...jaw)) / Math.max(...jaw);
}

/** The columns of the table: what a group of faces comes to, and which of two figures is the better. */
export const columns = [
  { name: 'narrowing', figure: near(0.5, ({ narrowing }) => narrowing) },
  { name: 'p5', digits: 1, figure: near(0.05, ({ narrowing }) => narrowing) },
  { name: 'p95', digits: 1, figure: near(0.95, ({ narrowing }) => narrowing) },
  { name: 'by flow', figure: near(0.5, ({ flowNarrowing }) => flowNarrowing) },
  { name: 'drift', better: 'less', figure: near(0.95, ({ drift }) => drift) },
  { name: 'drift by flow', better: 'less', figure: near(0.95, ({ flowDrift }) => flowDrift) },
  { name: 'sides', better: 'less', figure: all(0.95, sidesApart) },
  { name: 'even', better: 'more', figure: near(0.5, evenness) },
  { name: 'dents', better: 'less', digits: 0, figure: count(({ dents }) => dents.length > 0) },
  { name: 'behind', better: 'less', digits: 0, figure: count(({ behind }) => behind.length > 0) },
  { name: 'chin', better: 'less', digits: 1, figure: near(0.95, ({ chinLift }) => chinLift && Math.abs(chinLift)) },
  ...[1.2, 1.4, 1.6].map((times, i) => ({ name: `${times}x`, better: 'less', digits: 1, figure: near(0.95, ({ background }) => background?.[i]) })),
  { name: 'outside', better: 'less', digits: 0, figure: near(1, ({ outside }) => outside) },
  { name: 'det', better: 'more', figure: near(0.5, ({ determinant }) => determinant) },
  { name: 'det, worst', better: 'more', figure: all(0, ({ determinant }) => determinant) },
  { name: 'sharp', better: 'more', figure: near(0.5, ({ sharpness }) => sharpness) },
  { name: 'finest', better: 'more', figure: near(0.5, ({ finestDetail }) => finestDetail) },
  { name: 'identity', better: 'less', digits: 3, figure: near(0.5, ({ descriptor }) => descriptor) },
  { name: 'identity p95', better: 'less', digits: 3, figure: near(0.95, ({ descriptor }) => descriptor) },
  { name: 'ms', better: 'less', digits: 1, figure: (records) => median(records.map(({ ms }) => ms)) },
];

/** Records of each way and degree, in the order of the table. */
export function groupsOf(records) {
  const groups = new Map();
  for (const record of records) {
    const name = record.degree === 0 ? record.by : `${record.by} ${record.degree}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  const rank = (name) => ['ours', 'discs', 'pairs', 'JPEG'].findIndex((start) => name.startsWith(start));
  return [...groups].toSorted(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Where ours stands against a rival of the same degree, as shown in the table: ahead, level or behind. */
export function standings(records) {
  const groups = new Map(groupsOf(records));
  return [1, 2].flatMap((degree) => ['discs', 'pairs'].map((rival) => ({ degree, rival, compared: columns.flatMap((column) => standing(column, groups.get(`ours ${degree}`), groups.get(`${rival} ${degree}`))) })));
}

function standing({ name, better, digits, figure }, ours, rival) {
  if (better === undefined || ours === undefined || rival === undefined) return [];
  const [a, b] = [ours, rival].map((records) => shown(figure(records), digits));
  if (a === '-' || b === '-') return [];
  const ahead = Math.sign(Number(b) - Number(a)) * (better === 'less' ? 1 : -1);
  return [{ name, stands: ahead > 0 ? 'ahead' : ahead < 0 ? 'behind' : 'level', ours: a, theirs: b }];
}
