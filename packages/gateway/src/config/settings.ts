import type { z } from 'zod';
import { type AccessConfig, accessSettings } from './access-settings.ts';
import { type EngineConfig, engineSettings } from './engine-settings.ts';
import { type ResultConfig, resultSettings } from './result-settings.ts';
import { type ServerConfig, serverSettings } from './server-settings.ts';

/** How the gateway was told to run. */
export interface Config extends ServerConfig, EngineConfig, AccessConfig, ResultConfig {}

/** Every setting, by what it is about. */
export const settings: Readonly<Record<'Server' | 'Engine' | 'Access' | 'Results', z.ZodType<Partial<Config>, unknown>>> = {
  Server: serverSettings,
  Engine: engineSettings,
  Access: accessSettings,
  Results: resultSettings,
};
