import { createRequire } from 'node:module';
import { ConfigError } from './read-config.ts';
import { settingsHelp } from './settings-table.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const help = `slimface-gateway ${version}: a GraphQL and REST server that slims faces in photos.

Usage: slimface-gateway [--help | --version]

All settings are environment variables:

${settingsHelp()}
`;

/**
 * What the command line asks for instead of a running gateway.
 *
 * @param args without the names of node and of the program
 * @throws {ConfigError} an argument that there is not
 */
export function readArguments(args: readonly string[]): string | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  if (first === '--help' || first === '-h') return help;
  if (first === '--version') return `${version}\n`;
  throw new ConfigError(`Expected --help, --version or no argument but received ${nameOf(first)}; settings are environment variables`);
}

/** An option without its value, as that may be a secret. */
function nameOf(argument: string): string {
  return /^--?[\w-]{1,40}(?==|$)/.exec(argument)?.[0] ?? 'something that is no option';
}
