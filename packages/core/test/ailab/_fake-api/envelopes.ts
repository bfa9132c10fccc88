import type { OutgoingHttpHeaders } from 'node:http';
import { json } from './answers.ts';
import type { Answer } from './exchange.ts';

/**
 * The forms of an answer that are in circulation: from the oldest marketplace answers (G0) to today's documentation
 * (G2), and `live`, a success as it was measured, which none of the documents shows.
 */
export type Generation = 'G0' | 'G0b' | 'G1' | 'G2' | 'live';

/** The generations that carry request ids. */
export const ids = { request_id: 'request-1', log_id: 'log-1' } as const;

/** A success with the address of the result. */
export function success(generation: Generation, url: string): Answer {
  const data = { image_url: url };
  switch (generation) {
    case 'G0':
      return json(200, { error_code: 0, error_msg: '', data });
    case 'G0b':
      return json(200, { ...ids, error_code: 0, error_code_str: '', error_msg: '', data });
    case 'G1':
      return json(200, { ...ids, error_code: 0, error_msg: '', error_detail: { status_code: 200, code: '', code_message: '', message: '' }, data });
    case 'G2':
      return json(200, { ...ids, error_detail: { code: '', code_message: '', message: '' }, data });
    case 'live':
      return json(200, { data, error_code: 0, error_detail: { status_code: 200, code: '', code_message: '', message: '' }, ...ids });
  }
}

/** What a refusal says. */
export interface Refusal {
  readonly code: string;
  /** Status of the HTTP answer. */
  readonly status: number;
  /** Code of the coarser vocabulary in `error_code_str`. @default the code */
  readonly coarse?: string;
  readonly message?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** A refusal. `G0` gives the code at the head of its text, as the upstream service's code stood there. */
export function refusal(generation: Exclude<Generation, 'live'>, { code, status, coarse = code, message = `About ${code}`, headers }: Refusal): Answer {
  const number = status === 200 ? 422 : status;
  const detail = { code, code_message: `Class of ${code}`, message };
  switch (generation) {
    case 'G0':
      return json(status, { error_code: number, error_msg: `${code}: ${message}` }, headers);
    case 'G0b':
      return json(status, { ...ids, error_code: number, error_code_str: coarse, error_msg: message }, headers);
    case 'G1':
      return json(status, { ...ids, error_code: number, error_msg: `${coarse} - ${code} - ${message}`, error_detail: { status_code: number, ...detail } }, headers);
    case 'G2':
      return json(status, { ...ids, error_detail: detail }, headers);
  }
}

/** A refusal by the marketplace's own gateway, before the API has seen the request. */
export function gatewayRefusal(status: number, message: string, headers?: OutgoingHttpHeaders): Answer {
  return json(status, { message }, headers);
}
