import { describe, expect, it } from 'vitest';
import { hasXmpPictures, withoutXmpPictures } from '../../src/inspect/xmp-pictures.ts';

const convert = (xmp: string) => Buffer.from(withoutXmpPictures(Buffer.from(xmp))).toString();
const around = (inner: string, attributes = '') => `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description${attributes} xmp:Rating="5"><dc:title>Grüße 👋</dc:title>${inner}</rdf:Description></x:xmpmeta>`;

describe('withoutXmpPictures', () => {
  it('takes thumbnails out', () => {
    const list = '<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>/9j/4AAQ&#xA;SkZJ</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>';
    expect(convert(around(list))).toBe(around(''));
    expect(hasXmpPictures(Buffer.from(around(list)))).toBe(true);
  });

  it('takes out what tells of a gain map, by whatever prefix its namespace has', () => {
    for (const prefix of ['hdrgm', 'g']) {
      const namespaces = ` xmlns:${prefix}="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item='http://ns.google.com/photos/1.0/container/item/'`;
      const directory = '<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="GainMap" Item:Length="7047"/></rdf:li></rdf:Seq></Container:Directory>';
      const packet = around(`${directory}<${prefix}:GainMapMax><rdf:Seq><rdf:li>2.3</rdf:li></rdf:Seq></${prefix}:GainMapMax>`, `${namespaces} ${prefix}:Version="1.0" ${prefix}:Gamma = '1'`);
      expect(convert(packet)).toBe(around('', namespaces));
    }
  });

  it('takes out what tells of a film or a depth map', () => {
    const depth = ' xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"';
    expect(convert(around('', `${depth} GDepth:Format="RangeInverse" GCamera:MotionPhoto="1" GCamera:MicroVideoOffset="4711" GCamera:BurstID="b"`))).toBe(around('', `${depth} GCamera:BurstID="b"`));
  });

  const base64 = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100_000, 'old face')]).toString('base64');

  it('takes out pictures of pages, and those of phones, which are attributes of any length', () => {
    const image = ' xmlns:GImage="http://ns.google.com/photos/1.0/image/"';
    expect(convert(around('', `${image} GImage:Mime="image/jpeg" GImage:Data="${base64}"`))).toBe(around('', image));
    expect(convert(around('', `${image} GImage:Data='${base64}' xmp:Label="a"`))).toBe(around('', `${image} xmp:Label="a"`));
    const page = ' xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"';
    const list = (picture: string): string => `<xmp:PageInfo><rdf:Seq><rdf:li rdf:parseType="Resource"><xmpTPg:PageNumber>1</xmpTPg:PageNumber>${picture}</rdf:li></rdf:Seq></xmp:PageInfo>`;
    expect(convert(around(list(`<xmpGImg:format>JPEG</xmpGImg:format><xmpGImg:image>${base64}</xmpGImg:image>`), page))).toBe(around(list(''), page));
    expect(hasXmpPictures(Buffer.from(around('', page)))).toBe(true);
  });

  it('takes thumbnails out that have their namespace to themselves', () => {
    const list = `<Thumbnails xmlns="http://ns.adobe.com/xap/1.0/"><rdf:Alt><rdf:li>${base64}</rdf:li></rdf:Alt></Thumbnails>`;
    expect(convert(around(list))).toBe(around(''));
    expect(hasXmpPictures(Buffer.from(around(list)))).toBe(true);
  });

  it('leaves nothing of a packet with a picture at a place of its own', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000600000006008020000006d', 'hex').toString('base64').padEnd(80, 'A');
    for (const inner of [`<my:face>${base64}</my:face>`, `<my:face>data:image/png;base64,${png}</my:face>`]) {
      expect(convert(around(inner))).toBe('');
      expect(hasXmpPictures(Buffer.from(inner))).toBe(true);
    }
    expect(convert(around('<dc:source>https://example.org/9j/picture.jpg</dc:source>'))).not.toBe('');
  });

  it('keeps every byte of a packet without any of it', () => {
    const packet = around('<photoshop:DateCreated>2026</photoshop:DateCreated>', ' tiff:Orientation="6" other:Version="1.0"');
    expect(convert(packet)).toBe(packet);
    expect(hasXmpPictures(Buffer.from(packet))).toBe(false);
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));
    expect(Buffer.from(withoutXmpPictures(bytes)).equals(bytes)).toBe(true);
  });

  it('comes to an end on megabytes of beginnings', () => {
    const namespace = 'xmlns:h="http://ns.adobe.com/hdr-gain-map/1.0/"';
    for (const part of ['<', '<h:', '<h:a ', '<h:a>', ' h:a="', ` h:a='"`, ' h:a="x"', ' a="<', '<h:a></h:a>', '<Thumbnails>', 'h:', '</h:a>', ' h:a = ', namespace, ':Thumbnails']) {
      const packet = namespace + part.repeat(Math.ceil(2 ** 21 / part.length));
      expect(convert(packet).length).toBeLessThanOrEqual(packet.length);
    }
  });
});
