import { readFile, writeFile } from 'node:fs/promises';
import { InvalidInputError, SlimFaceError } from '@slimface/core';
import type { CallOptions, SlimFace } from '../create-slim-face.ts';
import { httpStatusOf } from './http-status.ts';
import type { PayloadHookArg } from './payload-shapes.ts';

export type { PayloadAccess, PayloadFile, PayloadHookArg } from './payload-shapes.ts';

/**
 * A `beforeOperation` hook for an upload collection of Payload 3: images are slimmed before Payload crops, resizes and
 * stores them. It goes by the type that the upload claims. Who may not upload has nothing slimmed: Payload itself would
 * ask the collection's `access` only after the hook.
 *
 * @param options what this collection wants otherwise
 * @returns a hook that rejects with an error of core; Payload answers with its message and 422 when the photo is at
 *   fault, else with a 5xx that fits and no details. An upload that went from the browser straight to a storage
 *   (`clientUploads`) is an error: its bytes never come by.
 *
 * @example
 * const Media: CollectionConfig = { slug: 'media', upload: true, hooks: { beforeOperation: [slimFaceBeforeOperation(slimFace)] } };
 */
export function slimFaceBeforeOperation(slimFace: SlimFace, options: CallOptions = {}): (arg: PayloadHookArg) => Promise<void> {
  const { resolveWithObject: _, ...callOptions } = options;
  slimFace.cacheKey(callOptions); // says at once what is wrong with the options

  return async ({ operation, overrideAccess, collection, args, req }) => {
    const { file } = req;
    if ((operation !== 'create' && operation !== 'update') || file === undefined || !/^image\/(?!svg|x-icon|vnd\.microsoft\.icon)/.test(file.mimetype)) return;
    if (!overrideAccess && !(await collection.access?.[operation]?.({ ...args, req }))) return; // which Payload is about to refuse
    try {
      if (file.clientUploadContext !== undefined) throw new InvalidInputError('an upload that comes by the server (clientUploads: false)', file.clientUploadContext);
      const bytes = file.tempFilePath ? await readFile(file.tempFilePath) : file.data;
      const slimmed = await slimFace.buffer(bytes, { ...(req.signal && { signal: req.signal }), ...callOptions });
      if (slimmed === bytes) return;
      if (file.tempFilePath) await writeFile(file.tempFilePath, slimmed);
      const data = file.tempFilePath ? file.data : Buffer.from(slimmed.buffer, slimmed.byteOffset, slimmed.length);
      req.file = { ...file, data, size: slimmed.length };
    } catch (error) {
      if (!(error instanceof SlimFaceError)) throw error;
      const status = httpStatusOf(error);
      throw Object.assign(error, { status, isPublic: status < 500 }); // where Payload looks for it
    }
  };
}
