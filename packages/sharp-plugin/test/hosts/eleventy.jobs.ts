import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { animation, deepPortrait, lyingPortrait, portrait } from '../_setup.ts';

const png = { formats: ['png'], widths: ['auto'] };

/** The same with slimming and without. */
const both = (name: string, job: object): EleventyJob[] => [{ name, ...job, slim: {} }, { name: `${name}, plain`, ...job }] as EleventyJob[];

/** What eleventy.mjs is to write. */
export interface EleventyJob {
  readonly name: string;
  /** Folder of the output: that of the name unless jobs share one. */
  readonly folder?: string;
  readonly sources: readonly string[];
  readonly options: object;
  readonly slim?: { readonly version?: string; readonly fails?: boolean; readonly options?: object };
  /** What a transform of the user does before ours. */
  readonly before?: 'crop' | 'greyscale' | 'exif' | 'negate';
}

/** Writes the sources into `folder` and gives all jobs of the test. */
export async function writeJobs(folder: string): Promise<EleventyJob[]> {
  const file = async (name: string, bytes: Buffer | Promise<Buffer>) => {
    await writeFile(join(folder, name), await bytes);
    return join(folder, name);
  };
  const below = await file('below.png', sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 }).png().toBuffer());
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><image width="256" height="256" href="data:image/png;base64,${(await readFile(portrait)).toString('base64')}"/></svg>`;
  return [
    ...both('sizes', { sources: [portrait], options: { formats: ['png', 'webp', 'jpeg'], widths: [160, 320, 'auto'] } }),
    { name: 'no slimming', folder: 'names', sources: [portrait], options: png },
    { name: 'degree 0.8', folder: 'names', sources: [portrait], options: png, slim: { options: { slimDegree: 0.8 } } },
    { name: 'degree 1.6', folder: 'names', sources: [portrait], options: png, slim: { options: { slimDegree: 1.6 } } },
    { name: 'version 2', folder: 'names', sources: [portrait], options: png, slim: { version: '2', options: { slimDegree: 1.6 } } },
    { name: 'two sources', sources: [portrait, await file('flopped.png', sharp(portrait).flop().png().toBuffer())], options: png, slim: {} },
    ...both('display p3', { sources: [await file('p3.png', sharp(portrait).withIccProfile('p3').png().toBuffer())], options: { formats: ['png', 'webp'], widths: [256] } }),
    ...both('deep display p3', { sources: [await file('deep-p3.png', sharp(await deepPortrait()).toColourspace('rgb16').withIccProfile('p3').png().toBuffer())], options: png }),
    ...both('cmyk', { sources: [await file('cmyk.jpg', sharp(portrait).withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer())], options: { formats: ['png', 'webp', 'jpeg'] } }),
    ...both('grey', { sources: [await file('grey.jpg', sharp(portrait).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer())], options: png }),
    { name: 'grey of its own', sources: [await file('grey.png', greyWithProfile())], options: { formats: ['png', 'jpeg'] }, slim: {} },
    ...both('alpha', { sources: [await file('alpha.png', sharp(portrait).ensureAlpha(0.6).png().toBuffer())], options: { formats: ['png'], widths: [256] } }),
    ...both('lying', { sources: [await file('lying.jpg', lyingPortrait())], options: { formats: ['png'], widths: [256, 'auto'] } }),
    ...both('lying and told to fix', { sources: [join(folder, 'lying.jpg')], options: { ...png, fixOrientation: true } }),
    ...both('tall', { sources: [await file('tall.jpg', sharp(portrait).extract({ left: 56, top: 0, width: 384, height: 512 }).rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer())], options: { formats: ['png'], widths: [191] } }),
    ...both('upside down', { sources: [await file('upside-down.jpg', sharp(portrait).rotate(180).withMetadata({ orientation: 3 }).jpeg({ quality: 95 }).toBuffer())], options: png }),
    ...both('upside down, with EXIF', { sources: [join(folder, 'upside-down.jpg')], options: png, before: 'exif' }),
    ...both('no face', { sources: [below], options: { formats: ['png', 'jpeg'], widths: [256] } }),
    ...both('animation', { sources: [await file('animation.gif', animation())], options: { formats: ['gif'], sharpOptions: { animated: true } } }),
    ...both('svg', { sources: [await file('portrait.svg', Buffer.from(svg))], options: { formats: ['svg', 'png'], widths: [512] } }),
    { name: 'svg alone', sources: [join(folder, 'portrait.svg')], options: { formats: ['svg'] }, slim: {} },
    ...both('own crop', { sources: [portrait], options: { formats: ['png'], widths: [200] }, before: 'crop' }),
    ...both('own greys', { sources: [portrait], options: { formats: ['png'], widths: [200] }, before: 'greyscale' }),
    { name: 'own negative', sources: [portrait], options: { formats: ['png'], widths: [200] }, slim: {}, before: 'negate' },
    { name: 'failure', sources: [portrait], options: png, slim: { fails: true } },
    { name: 'no degree', sources: [portrait], options: png, slim: { options: { slimDegree: 3 } } },
  ];
}

/** The portrait as a grey PNG with a grey profile: a line of light in place of sRGB's curve. ICC.1:2022, sections 7.2, 9.2, 10.6. */
async function greyWithProfile(): Promise<Buffer> {
  const d50 = ['0000f6d6', '00010000', '0000d32d'].join('');
  const text = (ascii: string) => Buffer.from(ascii, 'latin1').toString('hex');
  const tags = ['00000002', text('wtpt'), '0000009c', '00000014', text('kTRC'), '000000b0', '0000000c'].join('');
  const data = [text('XYZ '), '00000000', d50, text('curv'), '00000000', '00000000'].join('');
  const start = ['000000bc', '00000000', '02400000', text('mntrGRAYXYZ '), '00'.repeat(12), text('acsp'), '00'.repeat(28), d50].join('');
  const profile = Buffer.from(`${start.padEnd(256, '0')}${tags}${data}`, 'hex');
  const body = Buffer.concat([Buffer.from('iCCPgrey\0\0', 'latin1'), deflateSync(profile)]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  const grey = await sharp(portrait).toColourspace('b-w').png().toBuffer();
  return Buffer.concat([grey.subarray(0, 33), length, body, check, grey.subarray(33)]);
}
