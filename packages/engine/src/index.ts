export type { FindFacesOptions } from './find-options.ts';
export { createLocalEngine, type LocalEngine } from './local-engine.ts';
export type { DetectFacesOptions, LocalEngineOptions, LocalSlimOptions } from './options.ts';
export { engineRequirements } from './requirements.ts';
