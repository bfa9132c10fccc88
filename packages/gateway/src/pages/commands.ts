import { firstPhoto } from './examples.ts';

/** Where a command goes. */
export interface CommandOptions {
  readonly publicUrl: string;
  readonly keysNeeded: boolean;
}

/** A line for a POSIX shell that slims `photo.jpg` over GraphQL. */
export function firstPhotoCommand({ publicUrl, keysNeeded }: CommandOptions): string {
  return [
    `curl ${addressOf('graphql', publicUrl)}`,
    `-H ${keysNeeded ? "'x-api-key: YOUR_KEY'" : "'x-graphql-yoga-csrf: 1'"}`,
    `-F operations='${JSON.stringify(firstPhoto)}'`,
    `-F map='{"0":["variables.input.image"]}'`,
    '-F 0=@photo.jpg',
  ].join(' \\\n  ');
}

/** The same over the REST twin. */
export function firstPhotoRestCommand({ publicUrl, keysNeeded }: CommandOptions): string {
  return [
    `curl ${addressOf('api/portrait/effects/smart-face-slimming', publicUrl)}`,
    ...(keysNeeded ? ["-H 'ailabapi-api-key: YOUR_KEY'"] : []),
    '-F image=@photo.jpg',
    '-F slim_degree=1',
  ].join(' \\\n  ');
}

/** Quoted for a shell, which gives nothing in single quotes a meaning but another one. */
function addressOf(path: string, publicUrl: string): string {
  return `'${new URL(path, publicUrl.replace(/\/*$/, '/')).href.replaceAll("'", '%27')}'`;
}
