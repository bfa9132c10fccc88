import { readFileSync } from 'node:fs';
import { describe, tell, warn } from './face.mjs';
import { escape } from './text.mjs';

const style = readFileSync(new URL('page.css', import.meta.url), 'utf8');

/** The page of all photos, which needs no script. */
export function makePage(entries) {
  const shown = entries.filter(({ faces }) => faces !== undefined);
  const faces = shown.reduce((sum, entry) => sum + entry.faces.length, 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Slimmed faces</title>
<style>
${style}</style>
</head>
<body>
<header>
<h1>Slimmed faces</h1>
<p>${count(faces, 'face')} in ${count(shown.length, 'photo')}, as they are and slimmed by the local engine.
Displacements are those of the map that was applied; how much narrower a jaw got is what the engine reports.</p>
</header>
<nav aria-label="Photos">
<ol>
${entries.map((entry, i) => `<li><a href="#photo-${i + 1}"><bdi>${escape(entry.name)}</bdi></a> ${entry.faces === undefined ? 'not shown' : count(entry.faces.length, 'face')}</li>`).join('\n')}
</ol>
</nav>
<main>
${entries.map((entry, i) => sectionOf(entry, `photo-${i + 1}`)).join('\n')}
</main>
</body>
</html>
`;
}

function sectionOf({ name, error, faces, sheet, pictures }, id) {
  const heading = `<h2><bdi>${escape(name)}</bdi></h2>`;
  if (error !== undefined) return `<section id="${id}">\n${heading}\n<p class="error">Not shown: ${escape(error)}</p>\n</section>`;
  const alt = `Contact sheet of ${name}: each face before, at three degrees, with a heat map of its displacement and with a grid`;
  return `<section id="${id}">
${heading}
<a href="${sheet.file}"><img class="sheet" src="${sheet.file}" width="${sheet.width}" height="${sheet.height}" loading="lazy" alt="${escape(alt)}"></a>
${tableOf(faces)}
${compare(name, id, pictures)}
</section>`;
}

function tableOf(faces) {
  const degrees = faces[0].results.map(({ slimDegree }) => `<th scope="col">degree ${slimDegree}</th>`);
  const rows = faces.map(
    (face, i) =>
      `<tr><th scope="row">${i + 1}</th><td>${escape(describe(face))}</td>${face.results.map((result) => `<td>${escape(tell(result))}</td>`).join('')}<td>${face.largestShift.toFixed(1)} %</td><td class="warning">${escape(warn(face))}</td></tr>`,
  );
  return `<div class="scroll" role="region" aria-label="Figures" tabindex="0"><table>
<thead><tr><th scope="col">Face</th><th scope="col">Found</th>${degrees.join('')}<th scope="col">Largest displacement, of the half-width</th><th scope="col">Warnings</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

/** The whole photo with buttons that choose what is seen of it; CSS alone does the rest. */
function compare(name, id, pictures) {
  const choices = pictures.map(({ label }, i) => `<input type="radio" name="${id}-version" id="${id}-${i}"${i === pictures.length - 1 ? ' checked' : ''}><label for="${id}-${i}">${label}</label>`);
  const images = pictures.map(({ label, file, width, height }) => `<img src="${file}" width="${width}" height="${height}" loading="lazy" alt="${escape(`${name}, ${label}`)}">`);
  const links = pictures.map(({ label, file }) => `<a href="${file}">${label}</a>`);
  return `<details>
<summary>Compare the whole photo</summary>
<div class="compare" role="group" aria-label="Version that is shown">
${choices.join('\n')}
<input type="checkbox" id="${id}-full"><label for="${id}-full">pixel for pixel</label>
<p>Point at the photo, or hold it, to see it as it was. The files: ${links.join(', ')}.</p>
<div class="view">
${images.join('\n')}
</div>
</div>
</details>`;
}

function count(number, what) {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
