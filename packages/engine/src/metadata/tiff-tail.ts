/** One entry of a directory that is written. */
export interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/** What is written behind the pixels of a TIFF file: values and directories. */
export interface Tail {
  /** One behind the other. */
  readonly parts: readonly Uint8Array[];
  /** A value of type LONG. */
  toLong(value: number): Uint8Array;
  /** @returns where the directory is in the file */
  addDirectory(entries: readonly Entry[]): number;
}

/** @param start offset of the tail in the file, an even number */
export function createTail(start: number, little: boolean): Tail {
  const parts: Uint8Array[] = [];
  let end = start;

  /** Everything starts at an even offset. */
  function add(data: Uint8Array): number {
    const at = end;
    parts.push(data, new Uint8Array(data.length & 1));
    end += data.length + (data.length & 1);
    return at;
  }

  function toLong(value: number): Uint8Array {
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, value, little);
    return data;
  }

  function addDirectory(entries: readonly Entry[]): number {
    const directory = new Uint8Array(2 + 12 * entries.length + 4);
    const view = new DataView(directory.buffer);
    view.setUint16(0, entries.length, little);
    for (const [i, { tag, type, count, data }] of entries.toSorted((a, b) => a.tag - b.tag).entries()) {
      const at = 2 + 12 * i;
      view.setUint16(at, tag, little);
      view.setUint16(at + 2, type, little);
      view.setUint32(at + 4, count, little);
      directory.set(data.length <= 4 ? data : toLong(add(data)), at + 8);
    }
    return add(directory);
  }

  return { parts, toLong, addDirectory };
}
