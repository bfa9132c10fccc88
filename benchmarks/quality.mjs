// How slimmed faces look, in figures, beside two classical rivals in the same run.
//
//   npm run bench -- quality [--photos DIR] [--limit 100] [--ours-only] [--json FILE]
//
// Over the portrait, six group photos, photos without a face where they were fetched (scripts/fetch-test-photos.sh), and
// the photos of DIR and its folders (JPEG, PNG, WebP, AVIF, TIFF), the first --limit of them. Lengths are read from the map
// really applied, and once more from the pixels alone by optical flow, which asks for Debian's OpenCV:
// apt-get install python3-opencv. Without it those columns stay empty. All but the times is the same in every run.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findPython } from './quality/flow.mjs';
import { checkGoals } from './quality/goals.mjs';
import { loadJudge } from './quality/judge.mjs';
import { measurePhoto } from './quality/measure-photo.mjs';
import { loadOurs } from './quality/ours.mjs';
import { listPhotos } from './quality/photos.mjs';
import { groupTable, photoTable, profileTable, standingTable, worstTable } from './quality/tables.mjs';

const { values: settings } = parseArgs({
  options: { photos: { type: 'string' }, limit: { type: 'string', default: '100' }, 'ours-only': { type: 'boolean' }, json: { type: 'string' } },
});
if (!/^\d+$/.test(settings.limit)) throw new Error(`Expected --limit to be a whole number but received ${settings.limit}`);
const photos = await listPhotos(settings.photos, Number(settings.limit));
const python = findPython();
if (python === undefined) console.log('No optical flow: it takes python3 with OpenCV (apt-get install python3-opencv). Its columns stay empty.');
const judge = await loadJudge();
const ours = await loadOurs();
const [measured, failed] = [[], []];

for (const [i, photo] of photos.entries()) {
  console.error(`${i + 1} of ${photos.length}: ${photo.name}`);
  try {
    measured.push({ ...(await measurePhoto(photo, { ours, judge, python, oursOnly: settings['ours-only'] })), faceless: photo.faceless === true });
  } catch (error) {
    failed.push({ photo: photo.name, reason: error.message });
  }
}
await ours.close();

const records = measured.flatMap((photo) => photo.records);
const goals = checkGoals(measured, records);
console.log('\nFaces found, against SSD MobileNet at 0.5, and ms of each stage');
console.table(photoTable(measured));
for (const line of measured.flatMap(facesToLookAt)) console.log(line);
console.log('Near-frontal faces: medians of narrowing, det, sharp, finest and identity; drift, chin and shifts beside the face below which 95 % lie; ms of a face');
console.table(groupTable(records));
if (!settings['ours-only']) console.log('Ours beside the rivals');
if (!settings['ours-only']) console.table(standingTable(records));
console.log('Narrowing along the jaw, ear to chin, medians in %');
console.table(profileTable(records));
console.log('The worst faces of ours');
console.table(worstTable(records));
console.log('Goals');
console.table(goals.map(({ goal, reached, figure }) => ({ goal, reached: reached === undefined ? 'not measured' : reached ? 'yes' : 'NO', figure })));
for (const { photo, reason } of failed) console.log(`Not measured: ${photo}: ${reason}`);
if (settings.json !== undefined) {
  const report = { suite: 'quality', node: process.version, platform: `${process.platform}-${process.arch}`, flow: python !== undefined, goals, photos: measured, failed };
  writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
}

/** Faces that one of the two detectors lacks: ours that the other lacks need not be wrong. */
function facesToLookAt({ photo, found: { missed, extra } }) {
  const place = ({ x, y, width, height }) => `${Math.round(width)} x ${Math.round(height)} at ${Math.round(x)}, ${Math.round(y)}`;
  return [...missed.map((box) => `Missed in ${photo}: ${place(box)}`), ...extra.map((box) => `Ours alone in ${photo}: ${place(box)}`)];
}
