import { SlimFaceError } from '@slimface/core';
import type { SlimFace } from '../create-slim-face.ts';
import { httpStatusOf } from './http-status.ts';
import type { Ipx, IpxOptions, IpxStorage, SlimIpx } from './ipx-shapes.ts';
import { readDegree } from './read-degree.ts';

export type { Ipx, IpxMeta, IpxOptions, IpxRequest, IpxStorage, SlimIpx } from './ipx-shapes.ts';

/** Under this key a degree travels through ipx to its storages, where no option of theirs can be. */
const wanted = Symbol('slimface.degree');

/**
 * Creates an ipx whose addresses may ask for slimmed faces: `/slim_1.2,w_400/portrait.jpg`. Slimming comes before all other
 * modifiers and makes a photo upright. Without `slim`, ipx answers as ever.
 *
 * What cannot be slimmed is an error, whatever `onError` says, as caches would keep it. What was slimmed has no `Last-Modified`: it also depends on the engine, which the date of a file does not tell. Browsers and
 * CDNs revalidate it by the ETag, which ipx makes from the bytes.
 *
 * @param createIPX ipx's own function
 * @param options for it; every storage in them learns to slim
 * @returns for `createIPXNodeServer` and its kin, which answer with 400 to a `slim` that is not 0 to 2 with at most two decimals
 *
 * @example
 * const slimFace = createSlimFace({ slimmer: await createLocalEngine() });
 * const ipx = createSlimIpx(slimFace, createIPX, { storage: ipxFSStorage({ dir: './photos' }) });
 * createServer(createIPXNodeServer(ipx)).listen(3000);
 */
export function createSlimIpx<O extends IpxOptions, I extends Ipx>(slimFace: SlimFace, createIPX: (options: O) => I, options: NoInfer<O>): SlimIpx<I> {
  const { storage, httpStorage } = options;
  const ipx = createIPX({ ...options, ...(storage && { storage: slimming(storage) }), ...(httpStorage && { httpStorage: slimming(httpStorage) }) });

  return (id, modifiers, request) => {
    if (modifiers?.slim === undefined) return ipx(id, modifiers, request) as ReturnType<I>;
    const { slim, ...others } = modifiers;
    return ipx(id, others, { ...request, [wanted]: degreeOf(slim) }) as ReturnType<I>;
  };

  function slimming(inner: IpxStorage): IpxStorage {
    return {
      name: inner.name,
      async getMeta(id, request) {
        const meta = await inner.getMeta(id, request);
        if (!meta || request?.[wanted] === undefined) return meta;
        const { mtime: _mtime, ...others } = meta;
        return others;
      },
      async getData(id, request) {
        const data = await inner.getData(id, request);
        const slimDegree = request?.[wanted] as number | undefined;
        if (!data || slimDegree === undefined) return data;
        const bytes = new Uint8Array(data);
        const slimmed = await slimFace.buffer(bytes, { slimDegree, onError: 'throw' }).catch(throwWithStatus);
        return slimmed === bytes ? data : new Uint8Array(slimmed).buffer;
      },
    };
  }
}

function degreeOf(slim: unknown): number {
  try {
    return readDegree(slim);
  } catch (error) {
    return throwWithStatus(error);
  }
}

/** ipx answers with the status that an error bears. */
function throwWithStatus(error: unknown): never {
  if (error instanceof SlimFaceError) Object.assign(error, { statusCode: httpStatusOf(error), statusMessage: error.code });
  throw error;
}
