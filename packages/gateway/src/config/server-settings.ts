import { z } from 'zod';
import { httpUrl, wholeNumber } from './kinds.ts';

/** Where the gateway is, and how it starts and ends. */
export interface ServerConfig {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Absent: the address that the gateway listens on. */
  readonly publicUrl: string | undefined;
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
}

/** pino's levels. */
export type LogLevel = (typeof logLevels)[number];

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const serverSettings: z.ZodType<ServerConfig, unknown> = z
  .object({
    SLIMFACE_HOST: z
      .string()
      .regex(/^[\w.:-]+$/, 'a host name or an IP address')
      .prefault('127.0.0.1')
      .meta({ unit: 'address', description: 'Address to listen on. `0.0.0.0` and `::` let other machines in, for which there have to be API keys.' }),
    SLIMFACE_PORT: wholeNumber(0, 65_535).prefault('4000').meta({ unit: 'port', description: 'Port to listen on. `0` takes any free one.' }),
    SLIMFACE_PUBLIC_URL: httpUrl.optional().meta({
      unit: 'URL',
      fallback: 'the address it listens on',
      description: 'Address of the gateway as its clients see it, the start of every result URL; a path in it is for a proxy to take off.',
    }),
    SLIMFACE_DRAIN_SECONDS: wholeNumber(0, 3600)
      .prefault('10')
      .meta({ unit: 'seconds', description: 'Time that requests under way have to end after SIGTERM or SIGINT. New photos are refused meanwhile. The same signal again ends them at once.' }),
    SLIMFACE_LOG_LEVEL: z
      .enum(logLevels, `one of ${logLevels.join(', ')}`)
      .prefault('info')
      .meta({ unit: logLevels.map((level) => `\`${level}\``).join(', '), description: 'Least level of the lines on standard error.' }),
  })
  .transform((data) => ({
    host: data.SLIMFACE_HOST,
    port: data.SLIMFACE_PORT,
    publicUrl: data.SLIMFACE_PUBLIC_URL,
    drainSeconds: data.SLIMFACE_DRAIN_SECONDS,
    logLevel: data.SLIMFACE_LOG_LEVEL,
  }));
