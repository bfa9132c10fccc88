import { createHash, randomBytes } from 'node:crypto';
import { InternalError, ResultUnavailableError, type SlimmedImage } from '@slimface/core';
import { isDiskFull } from './file-errors.ts';
import { makeRoom } from './make-room.ts';
import type { StoreFolder } from './store-folder.ts';
import { type StoredResult, toStoredFace } from './stored-result.ts';

/** What a result is the answer to. */
export interface AboutResult {
  readonly requestId: string;
  /**
   * 32 lower-case hexadecimal digits that nobody can guess.
   * @default random ones
   */
  readonly id?: string;
  readonly fingerprint?: string;
}

/** Bounds of a store. */
export interface PutLimits {
  readonly ttlSeconds: number;
  readonly maxBytes: number;
  readonly now: () => number;
  /** Gives back the room of results that have expired. */
  readonly sweep: () => Promise<void>;
}

/** Makes the function that keeps slimmed images. */
export function createPut(folder: StoreFolder, { ttlSeconds, maxBytes, now, sweep }: PutLimits): (image: SlimmedImage, about: AboutResult) => Promise<StoredResult> {
  const { content, records, gone, live, retire } = folder;
  const inWork = new Set<string>();

  const keep = async (result: StoredResult, bytes: Uint8Array): Promise<void> => {
    const { id, sha256, byteSize } = result;
    content.claim(sha256, byteSize);
    try {
      await makeRoom(folder, maxBytes);
      // The image first: a record without one would promise what is not there.
      await content.write(sha256, bytes);
      await gone.forget(id);
      await records.write(result);
    } catch (error) {
      await content.release(sha256).catch(() => {}); // the next sweep tries again
      throw error;
    }
    live.set(id, { sha256, byteSize, expiresAt: result.expiresAt.getTime() });
  };

  return async (image, about) => {
    const bytes = await image.bytes();
    if (bytes.byteLength > maxBytes) {
      throw new ResultUnavailableError(`Expected a result of at most ${maxBytes} bytes, the size of the store, but it has ${bytes.byteLength}`, { retryable: false });
    }
    const result = describe(image, bytes, about, { ttlSeconds, now: now() });
    const { id } = result;
    if (!/^[0-9a-f]{32}$/.test(id)) throw new InternalError('Expected an id of 32 hexadecimal digits for the result');
    const lives = (live.get(id)?.expiresAt ?? 0) > now();
    if (lives || inWork.has(id)) throw new InternalError('Expected an id that no other result has');

    inWork.add(id);
    try {
      await retire(id); // one that has expired and is not swept yet
      await keep(result, bytes).catch(async (error: unknown) => {
        if (!isDiskFull(error)) throw error;
        await sweep().catch(() => {}); // on a full disk more than this may fail, and what it could delete is gone
        await keep(result, bytes);
      });
    } catch (cause) {
      if (!isDiskFull(cause)) throw cause;
      throw new ResultUnavailableError('Expected room on disk for the result but there is none left', { cause });
    } finally {
      inWork.delete(id);
    }
    return result;
  };
}

function describe(image: SlimmedImage, bytes: Uint8Array, about: AboutResult, { ttlSeconds, now }: { ttlSeconds: number; now: number }): StoredResult {
  const { mediaType, width, height, slimDegree, engine } = image;
  return {
    id: about.id ?? randomBytes(16).toString('hex'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    requestId: about.requestId,
    ...(about.fingerprint === undefined ? {} : { fingerprint: about.fingerprint }),
    mediaType,
    width,
    height,
    byteSize: bytes.byteLength,
    slimDegree,
    engine,
    faces: image.faces.map(toStoredFace),
    createdAt: new Date(now),
    expiresAt: new Date((Math.floor(now / 1000) + ttlSeconds) * 1000),
  };
}
