import type { SlimFace } from '@slimface/sharp-plugin';
import { slimFaceBeforeOperation } from '@slimface/sharp-plugin/payload';
import type { CollectionBeforeOperationHook, CollectionConfig } from 'payload';
import { expectTypeOf } from 'vitest';

declare const slimFace: SlimFace;

// The hook is one of Payload's own, of any collection.
expectTypeOf(slimFaceBeforeOperation(slimFace)).toExtend<CollectionBeforeOperationHook>();
expectTypeOf(slimFaceBeforeOperation(slimFace, { slimDegree: 1.2, onNoFace: 'throw' })).toExtend<CollectionBeforeOperationHook<'media'>>();
const media: CollectionConfig = { slug: 'media', fields: [], upload: true, hooks: { beforeOperation: [slimFaceBeforeOperation(slimFace)] } };
expectTypeOf(media.slug).toBeString();

// @ts-expect-error it takes the bound form
slimFaceBeforeOperation({ slimmer: slimFace });
// @ts-expect-error the engine is bound
slimFaceBeforeOperation(slimFace, { slimmer: undefined });
// @ts-expect-error it gives nothing back, as a hook that runs afterwards would have to
media.hooks = { afterOperation: [slimFaceBeforeOperation(slimFace)] };
