import type { SlimmedImage } from '../../face-slimmer.ts';
import { inspectImage, uprightSides } from '../../inspect-image.ts';
import type { ImageMediaType } from '../../requirements.ts';
import { ResultExpiredError } from '../../errors/result-errors.ts';
import { checkSignal } from '../../slim-options.ts';
import { writeFileAtomically } from '../../slimmed-image.ts';
import type { RemoteResult } from './download-failures.ts';
import type { FetchContext } from './download-tries.ts';
import { fetchBytes, fetchInto } from './fetch-result.ts';
import type { Lifetime } from '../lifetime.ts';
import { createPulledStream } from './pulled-stream.ts';

/** A slimming that was paid for, and what its result should look like: type and sides of the upright photo that was sent. */
export interface Slimming extends RemoteResult {
  readonly mediaType: ImageMediaType;
  readonly width: number;
  readonly height: number;
  readonly slimDegree: number;
  /** Called when the result turns out to be gone. */
  readonly onExpired?: () => void;
}

/** How to fetch a result. */
export interface FetchOptions {
  /**
   * Aborts the fetch; it then fails with `AbortedError`.
   * @default the signal of the call that made the result
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A result that the API keeps for 24 hours. `mediaType`, `width` and `height` are those of the photo that was sent, until
 * a fetch shows what the bytes say.
 *
 * Every fetch downloads the result anew, and none of it is kept: hold on to what `bytes()` gives. A fetch never repeats
 * the call that was paid for. It fails with `ResultExpiredError` when the result's time is over, with
 * `ResultUnavailableError` when the result cannot be had or is not an image, and with `AbortedError`; `url` of the first
 * two says where the result is. After the client was closed it fails with `InternalError`.
 */
export interface AilabSlimmedImage extends SlimmedImage {
  /** Where the result is. Inherited: whoever knows it may see the photo, so what logs print of an object's own does not show it. */
  readonly url: string;
  /** When the API deletes it. */
  readonly expiresAt: Date;
  /** Downloads the image; a try that fails is repeated. */
  bytes(options?: FetchOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Downloads the image as it is read, beginning with the first read. Failures before the first bytes are repeated, later
   * ones fail the stream. Cancel a stream that you do not read to its end: it holds a connection, and `close()` waits for it.
   */
  stream(options?: FetchOptions): ReadableStream<Uint8Array>;
  /** Downloads the image, then writes it to `path`, all of it or nothing. */
  save(path: string, options?: FetchOptions): Promise<void>;
}

/** What an image needs from its client and from the call that made it. */
export interface RemoteImageContext extends FetchContext {
  readonly track: Lifetime['track'];
  /** Of the call. */
  readonly signal: AbortSignal | undefined;
}

const paid = { billed: 'yes' } as const;

/** Makes the image of a result that nobody has fetched yet. */
export function createRemoteImage(slimming: Slimming, context: RemoteImageContext): AilabSlimmedImage {
  const { url, expiresAt, mediaType, width, height, slimDegree, requestId, logId } = slimming;
  const { track } = context;

  async function download({ signal = context.signal }: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
    checkSignal(signal);
    const bytes = await noting(fetchBytes(slimming, signal ?? new AbortController().signal, context));
    Object.assign(image, lookInto(bytes));
    return bytes;
  }

  async function noting<T>(fetched: Promise<T>): Promise<T> {
    try {
      return await fetched;
    } catch (error) {
      if (error instanceof ResultExpiredError) slimming.onExpired?.();
      throw error;
    }
  }

  const image = Object.assign(Object.create({ get url() { return url; } }) as { readonly url: string }, {
    mediaType,
    width,
    height,
    faces: [],
    slimDegree,
    engine: 'ailab',
    ...(requestId !== undefined && { requestId }),
    ...(logId !== undefined && { logId }),
    expiresAt,
    bytes: (options: FetchOptions = {}) => track(() => download(options), paid),
    stream({ signal = context.signal }: FetchOptions = {}) {
      checkSignal(signal);
      return createPulledStream(async (write, life) => {
        let isFirst = true;
        const writeAndSee = (chunk: Uint8Array): Promise<void> => {
          if (isFirst) Object.assign(image, lookInto(chunk));
          isFirst = false;
          return write(chunk);
        };
        await track(() => noting(fetchInto(writeAndSee, slimming, life, context)), paid);
      }, signal);
    },
    save: (path: string, options: FetchOptions = {}) => track(async () => writeFileAtomically(path, await download(options)), paid),
  });
  return image;
}

/** What the bytes say about the image, as far as they can be read: the first ones may end before the size is told. */
function lookInto(bytes: Uint8Array): Partial<Pick<SlimmedImage, 'mediaType' | 'width' | 'height'>> {
  try {
    const info = inspectImage(bytes);
    return { mediaType: info.mediaType, ...uprightSides(info) };
  } catch {
    return {};
  }
}
