import type { GatewayContext } from '../context.ts';
import type { StoredResult } from '../store/stored-result.ts';
import type { GatewayBuilder } from './builder.ts';

/** Adds the node `SlimmedImage` and what it is made of. */
export function addSlimmedImage(builder: GatewayBuilder): void {
  builder.objectType('Box', {
    description: 'A rectangle in pixels of the upright image; the origin is its top left corner.',
    fields: (t) => ({
      x: t.exposeFloat('x', { description: 'Left edge.' }),
      y: t.exposeFloat('y', { description: 'Top edge.' }),
      width: t.exposeFloat('width', { description: 'From the left edge to the right one.' }),
      height: t.exposeFloat('height', { description: 'From the top edge to the bottom one.' }),
    }),
  });

  builder.objectType('Face', {
    description: 'A face that was slimmed.',
    fields: (t) => ({
      box: t.expose('box', { type: 'Box', description: 'Where the face is.' }),
      slimDegree: t.exposeFloat('slimDegree', { description: 'How much this face was slimmed.' }),
    }),
  });

  builder.loadableNode('SlimmedImage', {
    description: 'A slimmed photo in the format of its original. It is kept until expiresAt.',
    id: { resolve: ({ id }) => id, description: 'Unique among all nodes. Who knows it may see the photo.' },
    isTypeOf: (value) => typeof value === 'object' && value !== null && 'sha256' in value,
    // What is not there loads as undefined, which the nullable `node` hands on as null; the plugin's types know no such case.
    load: (ids: string[], { store }: GatewayContext) => Promise.all(ids.map((id) => store.get(id))) as Promise<StoredResult[]>,
    fields: (t) => ({
      url: t.string({ description: 'Where the image can be fetched until expiresAt. Who knows the URL may see the photo.', resolve: (result, _args, { resultUrl }) => resultUrl(result) }),
      mediaType: t.exposeString('mediaType', { description: '`image/jpeg` or `image/png`.' }),
      width: t.exposeInt('width', { description: 'Width of the upright image in pixels.' }),
      height: t.exposeInt('height', { description: 'Height of the upright image in pixels.' }),
      byteSize: t.exposeInt('byteSize', { description: 'Bytes of the image file.' }),
      slimDegree: t.exposeFloat('slimDegree', { description: 'The degree that was asked for.' }),
      engine: t.exposeString('engine', { description: 'Name of the engine that slimmed the photo, e.g. `local`.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the image will be deleted.' }),
      faces: t.expose('faces', { type: ['Face'], description: 'The faces that were slimmed, from left to right.' }),
    }),
  });
}
