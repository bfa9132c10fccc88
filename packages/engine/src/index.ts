export { createLocalEngine, type LocalEngine, type LocalEngineOptions, type LocalSlimOptions } from './local-engine.ts';
export { engineRequirements } from './requirements.ts';
