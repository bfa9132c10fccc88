import { holdsJpeg } from './holds-jpeg.ts';

const datasetMark = 0x1c;
const applicationRecord = 2;
/** ObjectDataPreviewFileFormat, its version, and ObjectDataPreviewData (IPTC-NAA Information Interchange Model 4.2, chapter 6). */
const previewDatasets = new Set([200, 201, 202]);

/**
 * The datasets of IPTC without previews, which show the photo as it was. The others keep their bytes; what follows a damaged
 * one stays unless there is a JPEG in it.
 */
export function withoutIptcPreviews(iptc: Uint8Array): Uint8Array {
  const view = new DataView(iptc.buffer, iptc.byteOffset, iptc.byteLength);
  const kept = Buffer.alloc(iptc.length);
  let [start, size] = [0, 0];
  while (start + 5 <= iptc.length && iptc[start] === datasetMark) {
    const [record, dataset, short] = [iptc[start + 1]!, iptc[start + 2]!, view.getUint16(start + 3)];
    const extended = short === 0x8004; // the length takes as many bytes as the lower bits say
    if (extended && start + 9 > iptc.length) break;
    const end = start + (extended ? 9 + view.getUint32(start + 5) : 5 + short);
    if (end > iptc.length || (short > 0x7fff && !extended)) break;
    const whole = iptc.subarray(start, end);
    start = end;
    if ((record === applicationRecord && previewDatasets.has(dataset)) || holdsJpeg(whole)) continue;
    kept.set(whole, size);
    size += whole.length;
  }
  const rest = iptc.subarray(start, holdsJpeg(iptc.subarray(start)) ? start : iptc.length);
  kept.set(rest, size);
  return kept.subarray(0, size + rest.length);
}
