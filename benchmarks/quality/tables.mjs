import { columns, evenness, groupsOf, isNearFrontal, sidesApart, standings } from './columns.mjs';
import { median, shown } from './figures.mjs';
import { jawPairs } from './mesh-points.mjs';

/** One row for each way and degree. */
export function groupTable(records) {
  const row = (group) => Object.fromEntries(columns.map(({ name, digits, figure }) => [name, shown(figure(group), digits)]));
  return Object.fromEntries(groupsOf(records).map(([name, group]) => [name, { faces: group.filter(isNearFrontal).length, ...row(group) }]));
}

/** What ours is not ahead in, of all columns in which one is better than another. */
export function standingTable(records) {
  return Object.fromEntries(standings(records).map(({ degree, rival, compared }) => {
    const list = (stands) => compared.filter((column) => column.stands === stands).map(({ name, ours, theirs }) => `${name} ${ours}:${theirs}`).join(', ');
    return [`${rival} ${degree}`, { ahead: `${compared.filter(({ stands }) => stands === 'ahead').length} of ${compared.length}`, level: list('level'), behind: list('behind') }];
  }));
}

/** Median narrowing of each pair along the jaw of the near-frontal faces, ear to chin. */
export function profileTable(records) {
  const rows = groupsOf(records.filter((record) => isNearFrontal(record) && record.profile));
  return Object.fromEntries(rows.map(([name, faces]) => [name, Object.fromEntries(jawPairs.map((pair, i) => [pair.join('-'), shown(median(faces.map(({ profile }) => profile[i])), 1)]))]));
}

/** Faces found in each photo, and the time of each stage in ms. */
export function photoTable(photos) {
  return Object.fromEntries(photos.map(({ photo, found, stages = {} }) => {
    const times = Object.fromEntries(Object.entries(stages).map(([stage, ms]) => [`${stage} ms`, Math.round(ms)]));
    return [photo, { 'theirs, 64 px': found.theirs, 'ours': found.ours, 'missed': found.missed.length, 'ours alone': found.extra.length, ...times }];
  }));
}

/** The worst faces of ours in each column, as "photo #face value". */
export function worstTable(records) {
  const ours = records.filter((record) => record.by === 'ours' && isNearFrontal(record));
  const figures = {
    'least narrowing at 1': [1, ({ narrowing }) => -narrowing],
    'most narrowing at 1': [1, ({ narrowing }) => narrowing],
    'flow against map at 1': [1, ({ narrowing, flowNarrowing }) => flowNarrowing && Math.abs(narrowing - flowNarrowing)],
    'drift at 2': [2, ({ drift }) => drift],
    'drift by flow at 2': [2, ({ flowDrift }) => flowDrift],
    'sides apart at 1': [1, sidesApart],
    'chin lift at 2': [2, ({ chinLift }) => chinLift],
    'shift at 1.2 at 2': [2, ({ background }) => background[0]],
    'shift at 1.6 at 2': [2, ({ background }) => background[2]],
    'pixels outside at 2': [2, ({ outside }) => outside],
    'least determinant at 2': [2, ({ determinant }) => -determinant],
    'least sharpness at 2': [2, ({ sharpness }) => -sharpness],
    'least evenness at 2': [2, (record) => -evenness(record)],
    'descriptor at 1': [1, ({ descriptor }) => descriptor],
    'descriptor at 2': [2, ({ descriptor }) => descriptor],
  };
  return Object.fromEntries(Object.entries(figures).map(([name, [degree, figure]]) => {
    const known = ours.filter((record) => record.degree === degree && figure(record) !== undefined).toSorted((a, b) => figure(b) - figure(a));
    return [name, Object.fromEntries(known.slice(0, 3).map((record, i) => [i + 1, `${record.photo} #${record.face} ${shown(Math.abs(figure(record)))}`]))];
  }));
}
