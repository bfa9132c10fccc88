/** What an answer of the API says, whichever generation of the envelope it came in. */
export type Envelope = Success | EnvelopeRefusal | Unreadable;

/** The request did what it was for. */
export interface Success extends AnswerIds {
  readonly kind: 'success';
  readonly data: unknown;
}

/** The request was refused, with a reason. */
export interface EnvelopeRefusal extends AnswerIds {
  readonly kind: 'refusal';
  /** `'unknown'` when the answer has none. */
  readonly code: string;
  /** `error_code` at the root: like an HTTP status. */
  readonly errorCode?: number;
  readonly message: string;
}

/** The body says nothing that can be relied on. */
export interface Unreadable extends AnswerIds {
  readonly kind: 'unreadable';
  /** What the body is instead, e.g. `'text that is not JSON'`. */
  readonly reason: string;
}

/** What the API calls an answer when one asks its support. */
export interface AnswerIds {
  readonly requestId?: string;
  readonly logId?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an answer. Five shapes of it are in use: with the code in `error_msg` alone, in `error_code_str`, in
 * `error_detail.code` with or without `error_code` at the root, and RapidAPI's own with nothing but `message`.
 *
 * It is a success only if everything agrees: status 200, no `error_code` or 0, no `error_detail.code`. Of codes, the most
 * exact one counts: `error_detail.code`, then `error_code_str`, then the first word of `error_msg`.
 * The status is the answer's own: the one that some bodies repeat is missing from others.
 */
export function readEnvelope(httpStatus: number, body: string): Envelope {
  const root = parseJson(body);
  if (typeof root === 'string') return { kind: 'unreadable', reason: root };
  const detail = isFields(root.error_detail) ? root.error_detail : {};
  const ids = { ...idOf('requestId', root.request_id), ...idOf('logId', root.log_id) };
  const errorCode = toNumber(root.error_code);
  if (httpStatus === 200 && (errorCode ?? 0) === 0 && codeOf(detail) === undefined) return { kind: 'success', data: root.data, ...ids };
  if (httpStatus < 400 && httpStatus !== 200) return { kind: 'unreadable', reason: `an answer with status ${httpStatus}`, ...ids };
  return {
    kind: 'refusal',
    code: firstText(codeOf(detail), root.error_code_str, firstWord(root.error_msg)) ?? 'unknown',
    ...(errorCode !== undefined && { errorCode }),
    message: firstText(detail.message, detail.code_message, root.error_msg, root.message) ?? '',
    ...ids,
  };
}

/** The root object, or what is there in its place. */
function parseJson(body: string): Fields | string {
  if (body.trim() === '') return 'an empty answer';
  try {
    const root: unknown = JSON.parse(body);
    return isFields(root) ? root : 'JSON that is no object';
  } catch {
    // The parser's own message quotes the body, which may hold an address.
    return 'an answer that is not JSON';
  }
}

/** A number, where there should be a name, is none only when it is 0. */
function codeOf({ code }: Fields): string | undefined {
  return typeof code === 'number' && code !== 0 ? String(code) : firstText(code);
}

/** The oldest answers have their code before a colon: `InvalidFile.Content: ...`. */
function firstWord(message: unknown): string | undefined {
  return typeof message === 'string' ? /^\s*([A-Za-z][\w.]*)\s*:/.exec(message)?.[1] : undefined;
}

function idOf<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  const text = typeof value === 'number' ? String(value) : firstText(value);
  return text === undefined ? {} : ({ [name]: text } as { [key in Name]: string });
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '')?.trim();
}

/** `error_code` comes as a number and as a string of digits; anything else counts as a refusal that says no number. */
function toNumber(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : -1;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
