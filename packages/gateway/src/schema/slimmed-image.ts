import type { GatewayContext } from '../context.ts';
import type { StoredResult } from '../store/stored-result.ts';
import type { GatewayBuilder } from './builder.ts';
import { addFaceWarning } from './face-warning.ts';
import type { GlobalId } from './global-id.ts';

/**
 * Finds a result by its global id; `undefined` when nobody knows it.
 * @throws {ResultExpiredError | ResultUnavailableError}
 */
export type FindSlimmedImage = (id: GlobalId, context: GatewayContext) => Promise<StoredResult | undefined>;

/**
 * Adds the node `SlimmedImage` and what it is made of.
 * @returns finds results; all that one operation asks for are one call of the store
 */
export function addSlimmedImage(builder: GatewayBuilder): FindSlimmedImage {
  const FaceWarning = addFaceWarning(builder);

  builder.objectType('Narrowing', {
    description: 'Width that a jaw lost; negative where it got wider.',
    fields: (t) => ({
      pixels: t.exposeFloat('pixels', { description: 'In pixels of the photo.' }),
      percent: t.exposeFloat('percent', { description: 'In percent of the width that it had.' }),
    }),
  });

  builder.objectType('SlimmedFace', {
    description: 'A face of a slimmed photo.',
    fields: (t) => ({
      box: t.expose('box', { type: 'Box', description: 'Where the face is, in the photo as it was sent.' }),
      slimDegree: t.exposeFloat('slimDegree', { description: 'How much this face was slimmed; 0 when it was left as it is, or got another shape only.' }),
      narrowing: t.expose('narrowing', { type: 'Narrowing', nullable: true, description: 'How much narrower its jaw got; null when the engine does not measure.' }),
      lambda: t.exposeFloat('lambda', { nullable: true, description: 'What its displacement was scaled by to keep the picture from folding, 0 to 1, and 1 where that was not needed; null when the engine does not tell.' }),
      warnings: t.field({ type: [FaceWarning], description: 'Why it was slimmed with care; empty when there was no reason, or when the engine gives none.', resolve: ({ warnings }) => [...(warnings ?? [])] }),
    }),
  });

  const ref = builder.loadableNode('SlimmedImage', {
    description: 'A slimmed photo in the format of its original. It is kept until expiresAt.',
    id: { resolve: ({ id }) => id, description: 'Unique among all nodes. Who knows it, and may call, may see the photo.' },
    isTypeOf: (value) => typeof value === 'object' && value !== null && 'sha256' in value,
    // What nobody knows loads as undefined, which nullable fields hand on as null; the plugin's types know no such case.
    load: (ids: string[], { store }: GatewayContext) => store.getMany(ids) as Promise<(StoredResult | Error)[]>,
    fields: (t) => ({
      url: t.string({ description: 'Where the image can be fetched until expiresAt. Who knows the URL may see the photo.', resolve: (result, _args, { resultUrl }) => resultUrl(result) }),
      mediaType: t.exposeString('mediaType', { description: 'Media type of the image file, which is that of the photo: one of imageRequirements.mediaTypes.' }),
      width: t.exposeInt('width', { description: 'Width of the upright image in pixels.' }),
      height: t.exposeInt('height', { description: 'Height of the upright image in pixels.' }),
      byteSize: t.exposeInt('byteSize', { description: 'Bytes of the image file.' }),
      slimDegree: t.exposeFloat('slimDegree', { description: 'The degree that was asked for; 0 when it was asked for single faces only.' }),
      engine: t.exposeString('engine', { description: 'Id of the engine that slimmed the photo, e.g. `local`.' }),
      requestId: t.exposeString('requestId', { description: 'Id of the request that slimmed the photo, as in the header `x-request-id` of its answer; with an idempotencyKey that is the first request.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the photo was slimmed.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the image will be deleted.' }),
      faces: t.expose('faces', { type: ['SlimmedFace'], description: 'The faces that were found, from left to right; empty when the engine does not list them.' }),
    }),
  });

  return async ({ typename, id }, context) => (typename === 'SlimmedImage' ? ref.getDataloader(context).load(id) : undefined);
}
