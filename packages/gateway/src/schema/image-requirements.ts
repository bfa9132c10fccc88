import type { GatewayBuilder } from './builder.ts';

/** Adds `query { imageRequirements }`. */
export function addImageRequirements(builder: GatewayBuilder): void {
  builder.objectType('ImageRequirements', {
    description: 'What a photo must be like. Ranges include both ends.',
    fields: (t) => ({
      mediaTypes: t.stringList({ description: 'Accepted formats, told by the first bytes of a file.', resolve: ({ mediaTypes }) => [...mediaTypes] }),
      maxBytes: t.exposeInt('maxBytes', { description: 'Most bytes of the file.' }),
      minSide: t.exposeInt('minSide', { description: 'Least width and height in pixels.' }),
      maxSide: t.exposeInt('maxSide', { description: 'Greatest width and height in pixels.' }),
      minFaces: t.exposeInt('minFaces', { description: 'Fewest faces in the photo.' }),
      maxFaces: t.exposeInt('maxFaces', { description: 'Most faces in the photo.' }),
      minFaceSide: t.exposeInt('minFaceSide', { description: 'Least width and height of a face in pixels.' }),
      maxImages: t.int({ description: 'Most photos in one request.', resolve: (_requirements, _args, { maxImages }) => maxImages }),
      minSlimDegree: t.exposeFloat('minSlimDegree', { description: 'Least accepted slimDegree.' }),
      maxSlimDegree: t.exposeFloat('maxSlimDegree', { description: 'Greatest accepted slimDegree.' }),
    }),
  });

  builder.queryField('imageRequirements', (t) =>
    t.field({
      type: 'ImageRequirements',
      description: 'What slimFace accepts.',
      resolve: (_root, _args, { slimmer }) => slimmer.requirements,
    }),
  );
}
