export { slimFace } from './slim-face.ts';
export type { SlimFaceInfo, SlimFaceOptions, SlimFaceResult, UnchangedReason } from './options.ts';
export type { SampleDepth, SharpLike, SharpMetadata, SharpOutput } from './sharp-like.ts';
