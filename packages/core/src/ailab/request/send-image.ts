import type { ImageInfo } from '../../inspect-image.ts';
import type { SentImage } from '../answer/refusal.ts';
import type { ClientContext } from '../context.ts';
import { isTimeUp, startTry, toAbortError } from '../pacing/deadline.ts';
import type { Outcome } from '../pacing/retry.ts';
import type { FlightControls } from '../pacing/single-flight.ts';
import type { CallSettings } from '../resolve-options.ts';
import { attemptCall } from './attempt.ts';
import { encodeUpload } from './multipart.ts';

/** An image that is ready to be sent. */
export interface Job {
  readonly image: Uint8Array;
  readonly sent: SentImage;
  /** What its header says, where it can be read. */
  readonly info: ImageInfo | undefined;
  readonly settings: CallSettings;
}

/** Waits for a turn and makes one try of the call that is paid for. Never rejects. */
export async function trySlim(job: Job, attempt: number, flight: FlightControls, context: ClientContext): Promise<Outcome<{ url: string }>> {
  let finish: () => void;
  try {
    finish = await context.turns.take(flight.signal);
  } catch {
    return { ok: false, error: toAbortError(flight.signal), retry: 'never' };
  }
  try {
    for (;;) {
      const outcome = await send(job, attempt, flight, context);
      if (outcome !== 'handed over') return outcome;
    }
  } finally {
    finish();
  }
}

/**
 * Sends the image once. Its memory is the caller's: when that one leaves, an upload that is not through is broken off,
 * which is free, and the image has to be sent again from the memory of somebody who still waits.
 */
async function send({ sent, settings }: Job, attempt: number, flight: FlightControls, context: ClientContext): Promise<Outcome<{ url: string }> | 'handed over'> {
  const { endpoint, connections, redact } = context;
  const upload = encodeUpload(flight.image(), sent);
  const deadline = startTry(settings, flight.signal);
  const forgetHandOver = flight.onHandOver(() => {
    if (!upload.isSent()) deadline.abort();
  });
  const request = {
    url: endpoint.slimUrl,
    headers: endpoint.headers,
    upload,
    sent,
    read: (data: unknown) => readResultUrl(data, endpoint.slimUrl.origin),
    wanted: 'the https address of a result',
  };
  try {
    const dispatcher = await connections.toApi();
    const outcome = await attemptCall('slim', attempt, request, { dispatcher, signal: deadline.signal, redact }, context);
    const isBrokenOff = deadline.signal.aborted && !flight.signal.aborted && !isTimeUp(deadline.signal);
    return isBrokenOff && !outcome.ok ? 'handed over' : outcome;
  } finally {
    deadline.clear();
    forgetHandOver();
  }
}

/** A server that the user named may keep its results on plain http; any other one may not. */
function readResultUrl(data: unknown, apiOrigin: string): { url: string } | undefined {
  const url = (data as { image_url?: unknown } | null | undefined)?.image_url;
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return protocol === 'https:' || origin === apiOrigin ? { url } : undefined;
}
