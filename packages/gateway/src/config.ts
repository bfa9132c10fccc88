import { z } from 'zod';

/** How the gateway was told to run. */
export interface Config {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Absent: the address that the gateway listens on. */
  readonly publicUrl: string | undefined;
  readonly resultTtlSeconds: number;
  readonly limits: 'api' | 'engine';
}

/** A variable has a value that is not accepted; the message is for whoever starts the gateway. */
export class ConfigError extends Error {}

const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, `a whole number from ${min} to ${max}`)
    .transform(Number);

const isHttpUrl = (text: string): boolean => /^https?:\/\/[^?#]+$/.test(text) && URL.canParse(text);

const environment = z.object({
  SLIMFACE_HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'a host name or an IP address')
    .default('127.0.0.1')
    .describe('Address to listen on. `0.0.0.0` lets other machines in.'),
  SLIMFACE_PORT: wholeNumber(0, 65_535).prefault('4000').describe('Port to listen on. `0` takes any free one.'),
  SLIMFACE_DATA_DIR: z
    .string()
    .default('.slimface')
    .describe('Folder for results and for the key that signs their URLs, relative to the working directory. One gateway at a time may use it.'),
  SLIMFACE_PUBLIC_URL: z
    .string()
    .refine(isHttpUrl, 'an http or https URL without a query')
    .optional()
    .describe('Address of the gateway as its clients see it, the start of every result URL; a path in it is for a proxy to take off. By default the address that it listens on.'),
  SLIMFACE_RESULT_TTL_SECONDS: wholeNumber(1, 31_536_000).prefault('86400').describe('Seconds for which a result is kept, at most a year.'),
  SLIMFACE_LIMITS: z
    .enum(['api', 'engine'], '"api" or "engine"')
    .default('api')
    .describe("What photos are accepted: `api` for the limits of the AILabTools API, the same with every engine; `engine` for the engine's own, which are wider."),
});

/**
 * Reads the configuration from environment variables. One that is empty counts as not set.
 *
 * @throws {ConfigError} naming every variable with a value that is not accepted
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { data, error } = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (error !== undefined) {
    const faults = error.issues.map(({ path: [name], message }) => `Expected ${String(name)} to be ${message} but received ${JSON.stringify(env[String(name)])}`);
    throw new ConfigError(faults.join('; '));
  }
  return {
    host: data.SLIMFACE_HOST,
    port: data.SLIMFACE_PORT,
    dataDir: data.SLIMFACE_DATA_DIR,
    publicUrl: data.SLIMFACE_PUBLIC_URL,
    resultTtlSeconds: data.SLIMFACE_RESULT_TTL_SECONDS,
    limits: data.SLIMFACE_LIMITS,
  };
}

/** The table of variables in the README, in Markdown. */
export function configTable(): string {
  const rows = Object.entries(environment.shape).map(([name, { description }]) => {
    const fallback = z.toJSONSchema(environment, { io: 'input' }).properties?.[name];
    const text = typeof fallback === 'object' && fallback.default !== undefined ? `\`${String(fallback.default)}\`` : '';
    return `| \`${name}\` | ${text} | ${description ?? ''} |`;
  });
  return ['| Variable | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}
