import sharp from 'sharp';
import { describe, tell, warn } from './face.mjs';
import { drawGrid, square } from './grid.mjs';
import { colourAt, paintHeat, scaleEnd, scaleStep } from './heat.mjs';
import { escape, shorten } from './text.mjs';

/** Side of a face's square on the sheet. All lengths are in pixels. */
const cell = 320;
const gap = 12;
const margin = 32;
/** Heights of the sheet's head, and of the lines above and below a row of squares. */
const [head, above, below] = [150, 34, 40];
const background = '#17181a';
const columnAt = (i) => margin + i * (cell + gap);

/** The contact sheet of a photo as PNG: a row for each face. */
export async function makeSheet(name, before, faces, versions) {
  const strongest = versions.at(-1);
  const headings = ['before', ...versions.map(({ slimDegree }) => `degree ${slimDegree}`), `displacement at ${strongest.slimDegree}, of the half-width`, `grid at ${strongest.slimDegree}`];
  const rowHeight = above + cell + below;
  const width = columnAt(headings.length) - gap + margin;
  const height = head + faces.length * rowHeight + margin - below / 2;
  const layers = [];
  const texts = [text(margin, 54, shorten(name, 90), 26, '#fff'), text(width - margin, 54, `${before.width} × ${before.height} px`, 18, '#a8a9ad', 'end')];
  texts.push(...headings.map((heading, i) => text(columnAt(i), 102, heading, 19, '#fff')), legend(columnAt(headings.length - 2), 116));
  for (const [i, face] of faces.entries()) {
    const top = head + i * rowHeight + above;
    const part = partInPhoto(face.crop, before);
    const cells = await Promise.all((await cellsOf(face, before, versions)).map((data) => fromRaw(data).extract(part).png().toBuffer()));
    layers.push(...cells.map((input, column) => ({ input, left: columnAt(column) + part.left, top: top + part.top })));
    texts.push(text(margin, top - 11, `face ${i + 1} of ${faces.length} · ${describe(face)}`, 16, '#c9cacd'), text(width - margin, top - 11, warn(face), 16, '#ffc45c', 'end'));
    const captions = ['', ...face.results.map(tell), `largest ${face.largestShift.toFixed(1)} %`, `a square is ${square} % of the half-width`];
    texts.push(...captions.map((caption, column) => text(columnAt(column), top + cell + 22, caption, 15, '#a8a9ad')));
  }
  const labels = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}</svg>`);
  return sharp({ create: { width, height, channels: 3, background } }).composite([...layers, { input: labels, left: 0, top: 0 }]).removeAlpha().png().toBuffer();
}

/** The squares of a face: before, after by each degree, and the map of the last of them. */
async function cellsOf(face, before, versions) {
  const { pixels, fields } = versions.at(-1);
  const plain = await Promise.all([before, ...versions.map((version) => version.pixels)].map((photo) => toRaw(enlarge(photo, face.crop))));
  const heat = await toRaw(enlarge(pixels, face.crop).modulate({ saturation: 0.2, brightness: 0.42 }));
  paintHeat(heat, cell, face, fields);
  const lined = await enlarge(pixels, face.crop).modulate({ brightness: 0.8 }).png().toBuffer();
  const grid = await toRaw(sharp(lined).composite([{ input: Buffer.from(drawGrid(cell, face, fields)) }]));
  return [...plain, heat, grid];
}

const toRaw = (image) => image.removeAlpha().raw().toBuffer();
const fromRaw = (data) => sharp(data, { raw: { width: cell, height: cell, channels: 3 } });

/** The part of a cell that shows the photo: a face at the border has less around it. */
function partInPhoto({ left, top, side }, { width, height }) {
  const toCell = (length) => Math.min(cell, Math.max(0, Math.round((length * cell) / side)));
  const part = { left: toCell(-left), top: toCell(-top) };
  return { ...part, width: toCell(width - left) - part.left, height: toCell(height - top) - part.top };
}

/** A square of the photo scaled to a cell. */
function enlarge({ data, width, height }, { left, top, side }) {
  const cut = Buffer.alloc(3 * side * side);
  const [from, to] = [Math.max(0, left), Math.min(width, left + side)];
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    cut.set(data.subarray(3 * (y * width + from), 3 * (y * width + to)), 3 * ((y - top) * side + from - left));
  }
  return sharp(cut, { raw: { width: side, height: side, channels: 3 } }).resize(cell, cell);
}

/** The scale of the displacement, in % of a face's half-width. */
function legend(left, top) {
  const stops = Array.from({ length: 21 }, (_, i) => `<stop offset="${i / 20}" stop-color="rgb(${colourAt((i / 20) * scaleEnd)})"/>`);
  const marks = Array.from({ length: scaleEnd / scaleStep + 1 }, (_, i) => {
    const anchor = i === 0 ? 'start' : i * scaleStep === scaleEnd ? 'end' : 'middle';
    return text(left + (i * scaleStep * cell) / scaleEnd, top + 28, `${i * scaleStep}${i * scaleStep === scaleEnd ? ' %' : ''}`, 13, '#a8a9ad', anchor);
  });
  return `<defs><linearGradient id="scale">${stops.join('')}</linearGradient></defs><rect x="${left}" y="${top}" width="${cell}" height="12" fill="url(#scale)"/>${marks.join('')}`;
}

function text(x, y, content, size, colour, anchor = 'start') {
  return `<text x="${x}" y="${y}" font-family="Inter, Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="${size}" fill="${colour}" text-anchor="${anchor}">${escape(content)}</text>`;
}
