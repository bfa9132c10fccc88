import type { z } from 'zod';
import { accessSettings } from './access-settings.ts';
import { engineSettings } from './engine-settings.ts';
import { resultSettings } from './result-settings.ts';
import { serverSettings } from './server-settings.ts';
import type { Config } from './settings.ts';
import { settingNames } from './settings-table.ts';

/** A setting has a value that is not accepted; the message is for whoever starts the gateway. */
export class ConfigError extends Error {}

/**
 * Reads the configuration from environment variables, and the files that they name. One that is empty counts as not set.
 *
 * @throws {ConfigError} naming every variable with a value that is not accepted, and showing no key
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const variables = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const faults: string[] = [];
  const read = <T>(group: z.ZodType<T, unknown>): T => {
    const { data, error } = group.safeParse(variables);
    faults.push(...(error?.issues ?? []).map((issue) => describe(issue, variables)));
    return data as T; // nobody gets to see it when there are faults
  };
  const config: Config = { ...read(serverSettings), ...read(engineSettings), ...read(accessSettings), ...read(resultSettings) };
  if (faults.length > 0) throw new ConfigError(faults.join('; '));
  return config;
}

/** Variables that look like settings and are none: somebody may have mistyped one. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(settingNames());
  return Object.keys(env).filter((name) => name.startsWith('SLIMFACE_') && !known.has(name));
}

/** A message that is a sentence says itself what was received, or hides it. */
function describe({ path: [name], message }: z.core.$ZodIssue, variables: NodeJS.ProcessEnv): string {
  if (message.startsWith('Expected ')) return `${String(name)}: ${message}`;
  const value = variables[String(name)] ?? '';
  const received = value.length > 100 ? `${value.length} characters` : JSON.stringify(value);
  return `Expected ${String(name)} to be ${message} but received ${received}`;
}
