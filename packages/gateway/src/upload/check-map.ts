import { BodyFault } from './body-fault.ts';

/** Most levels of objects and lists in `variables`. */
const MAX_DEPTH = 12;

/** Where in `operations` a file part belongs. */
export interface FilePlace {
  /** Name of the part. */
  readonly name: string;
  /** Keys that lead to the place, `variables` first. */
  readonly keys: readonly string[];
}

/**
 * Checks `map` against `operations` before the upload library acts on them, and lists where each file belongs.
 *
 * The library sets a value at any path it is given: one such as `variables.list.30000000` blocks the event loop
 * for seconds, and one that leads into a file it has just placed (`variables.image.resolve`) brings the process
 * down. So a path must lead to a `null` in the JSON that was sent, as the specification of GraphQL multipart
 * requests has it, and to each such place only one file may go.
 *
 * @throws {BodyFault}
 */
export function checkMap(operations: object, map: object): FilePlace[] {
  if (Array.isArray(operations)) throw malformed(`Expected one operation but received a list of ${operations.length}`);
  if (Array.isArray(map)) throw malformed(`Expected map to be an object but received a list of ${map.length}`);
  if ('variables' in operations && isDeeperThan(MAX_DEPTH, operations.variables)) throw malformed(`Expected variables of at most ${MAX_DEPTH} levels but received more`);
  const taken = new Set<string>();
  return Object.entries(map as Record<string, unknown>).map(([name, paths]) => {
    const part = brief(name);
    if (!Array.isArray(paths) || paths.length !== 1 || typeof paths[0] !== 'string') {
      throw malformed(`Expected map to give file ${part} a list of one path but received ${Array.isArray(paths) ? `${paths.length} entries` : typeof paths}`);
    }
    const path = paths[0];
    const keys = path.split('.');
    if (!leadsToNull(operations, keys)) throw malformed(`Expected map to lead file ${part} to a null in variables but received ${brief(path)}`);
    if (taken.has(path)) throw malformed(`Expected one file for ${brief(path)} but received two`);
    taken.add(path);
    return { name, keys };
  });
}

/** Puts `value` at the end of `keys`, which must exist. @returns what was there */
export function replaceAt(operations: object, keys: readonly string[], value: unknown): unknown {
  let holder = operations as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const last = keys.at(-1)!;
  const before = holder[last];
  holder[last] = value;
  return before;
}

function leadsToNull(operations: object, keys: readonly string[]): boolean {
  if (keys[0] !== 'variables' || keys.length < 2) return false;
  let value: unknown = operations;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return value === null;
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

function malformed(message: string): BodyFault {
  return new BodyFault('malformed', message);
}

function brief(text: string): string {
  return text.length > 60 ? `a name of ${text.length} characters` : JSON.stringify(text);
}
