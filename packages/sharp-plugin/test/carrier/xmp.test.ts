import { describe, expect, it } from 'vitest';
import { toUprightXmp } from '../../src/carrier/xmp.ts';

const convert = (xmp: string) => Buffer.from(toUprightXmp(Buffer.from(xmp))).toString();

describe('toUprightXmp', () => {
  it('takes thumbnails out and keeps the rest', () => {
    const around = (inner: string) => `<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:title>Grüße 👋</dc:title>${inner}<xmp:Rating>5</xmp:Rating></x:xmpmeta>`;
    const list = '<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>/9j/4AAQ&#xA;SkZJ</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>';
    expect(convert(around(list))).toBe(around(''));
    expect(convert(around(list + list))).toBe(around(''));
    expect(convert(around('<xap:Thumbnails rdf:resource="x"/>'))).toBe(around(''));
    expect(convert(around(''))).toBe(around(''));
  });

  it('is not misled by one that never ends', () => {
    expect(convert('<!-- <x:Thumbnails --><a.b-c:Thumbnails>AAAA</a.b-c:Thumbnails><x:Rating/>')).toBe('<!-- <x:Thumbnails --><x:Rating/>');
  });

  it('leaves alone what does not end, and what only looks like one, however often', () => {
    for (const part of ['<xmp:Thumbnails>', '<xmp:Thumbnails', ':Thumbnails', '</xmp:Thumbnails>', '<a:Thumbnails/', 'x:Orientation = ']) {
      const packet = part.repeat(200_000);
      expect(convert(packet)).toBe(packet);
    }
  });

  it('sets the orientation to 1, as an attribute and as an element', () => {
    expect(convert('<rdf:Description tiff:Orientation="6" tiff:Make="A"/>')).toBe('<rdf:Description tiff:Orientation="1" tiff:Make="A"/>');
    expect(convert("<rdf:Description tiff:Orientation = '8'/>")).toBe("<rdf:Description tiff:Orientation = '1'/>");
    expect(convert('<tiff:Orientation>3</tiff:Orientation>')).toBe('<tiff:Orientation>1</tiff:Orientation>');
  });

  it('leaves nothing of a packet that is too large to look through', () => {
    expect(convert(`<x:xmpmeta/>${' '.repeat(2 ** 22)}`)).toBe('');
  });
});
