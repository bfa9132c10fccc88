// The goals of how a slimmed face must look, with what is reached.
import { isNearFrontal, sidesApart, standings } from './columns.mjs';
import { median, quantile, share, shown } from './figures.mjs';

/** @returns of { goal, reached, figure }; reached is undefined where nothing could be measured */
export function checkGoals(photos, records) {
  const ours = records.filter(({ by }) => by === 'ours');
  const at = (degree) => ours.filter((record) => record.degree === degree && isNearFrontal(record));
  const of = (list, key) => list.map((record) => record[key]);
  const most = (goal, figure, limit, digits) => ({ goal, reached: figure === undefined ? undefined : figure <= limit, figure: shown(figure, digits) });
  const least = (goal, figure, limit, digits) => ({ goal, reached: figure === undefined ? undefined : figure >= limit, figure: shown(figure, digits) });
  const within = (degree, key, low, high) => share(of(at(degree), key).filter((value) => value !== undefined), (value) => value >= low && value <= high);

  const withFaces = photos.filter(({ faceless }) => !faceless);
  const [theirs, missed] = ['theirs', 'missed'].map((key) => withFaces.reduce((sum, { found }) => sum + (key === 'missed' ? found.missed.length : found.theirs), 0));
  const count = (list, is) => (list.length === 0 ? undefined : list.filter(is).length);
  const faceless = photos.filter((photo) => photo.faceless);
  const apart = ours.filter(({ degree }) => degree === 1).map(sidesApart);
  const all = standings(records);
  const worse = all.flatMap(({ degree, rival, compared }) => compared.filter(({ stands }) => stands === 'behind').map(({ name }) => `${name} ${rival} ${degree}`));
  const faults = [...at(1), ...at(2)];

  return [
    least('98 % of the faces of 64 px found', theirs === 0 ? undefined : 1 - missed / theirs, 0.98, 3),
    most('photos without a face on which one is found: none', count(faceless, ({ found }) => found.ours > 0), 0, 0),
    least('narrowing at 1 within 5 to 8 % for 90 %', within(1, 'narrowing', 5, 8), 0.9),
    least('the same by flow', within(1, 'flowNarrowing', 5, 8), 0.9),
    least('narrowing at 2 within 10 to 15 % for 90 %', within(2, 'narrowing', 10, 15), 0.9),
    least('the same by flow', within(2, 'flowNarrowing', 10, 15), 0.9),
    least('narrowing within 25 % of 6 % a degree, all near-frontal faces', share(ours.filter(isNearFrontal), ({ degree, narrowing }) => Math.abs(narrowing / (6 * degree) - 1) <= 0.25), 1),
    most('faces whose narrowing is not monotonic: none', count([...grouped(ours).values()], isNotMonotonic), 0, 0),
    most('sides of a frontal face within 1 point at 1', quantile(apart, 1), 1),
    most('faces with a dent along the jaw: none', count(faults, ({ dents }) => dents.length > 0), 0, 0),
    most('faces with a pair left behind: none', count(faults, ({ behind }) => behind.length > 0), 0, 0),
    ...[1, 2].map((degree) => most(`drift at ${degree} at most 0.15 %, p95`, quantile(of(at(degree), 'drift'), 0.95), 0.15)),
    ...[1, 2].map((degree) => most(`drift by flow at ${degree} at most 0.15 %, p95`, quantile(of(at(degree), 'flowDrift'), 0.95), 0.15)),
    most('chin lifted by at most 0.5 %', quantile(of(ours, 'chinLift'), 1), 0.5),
    most('no shift at 1.6 of the half-width', quantile(ours.map(({ background }) => background[2]), 1), 0),
    most('no pixel changed outside 1.6 of the box', quantile(of(ours, 'outside'), 1), 0, 0),
    most('descriptor distance at 1 at most 0.15, median', median(of(at(1), 'descriptor')), 0.15, 3),
    most('descriptor distance at 1 at most 0.25, p95', quantile(of(at(1), 'descriptor'), 0.95), 0.25, 3),
    ...[1, 2].map((degree) => least(`sharpness at ${degree} at least 0.95, median`, median(of(at(degree), 'sharpness')), 0.95)),
    ...[1, 2].map((degree) => least(`the same of the finest detail at ${degree}`, median(of(at(degree), 'finestDetail')), 0.95)),
    least('determinant above 0.25', quantile(of(ours, 'determinant'), 0), 0.25, 3),
    { goal: 'in no column behind a rival', reached: all.some(({ compared }) => compared.length > 0) ? worse.length === 0 : undefined, figure: worse.join(', ') || '0' },
  ];
}

function isNotMonotonic(records) {
  const narrowing = records.toSorted((a, b) => a.degree - b.degree).map((record) => record.narrowing);
  return narrowing.some((value, i) => i > 0 && value < narrowing[i - 1]);
}

function grouped(records) {
  const groups = new Map();
  for (const record of records) groups.set(keyOf(record), [...(groups.get(keyOf(record)) ?? []), record]);
  return groups;
}

function keyOf({ photo, face }) {
  return `${photo} ${face}`;
}
