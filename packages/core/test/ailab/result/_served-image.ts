import { createRemoteImage, type AilabSlimmedImage, type Slimming } from '../../../src/ailab/result/remote-image.ts';
import { picture } from '../../_images.ts';
import { fetchContext, slimmingAt, type FetchContextOptions, type ObservedContext } from './_fetch-context.ts';
import { startResultServer, type Answer, type ResultServer } from './_result-server.ts';

export const jpeg: Buffer = await picture(60, 40).jpeg().toBuffer();

/** An image whose result is on a server. */
export interface ServedImage {
  readonly image: AilabSlimmedImage;
  readonly server: ResultServer;
  readonly context: ObservedContext;
  readonly events: ObservedContext['events'];
}

/** An image whose result is on a server that answers like that. */
export async function imageFrom(answer: Answer, { slimming, ...options }: FetchContextOptions & { slimming?: Partial<Slimming> } = {}): Promise<ServedImage> {
  const server = await startResultServer(answer);
  const context = fetchContext({ apiOrigin: server.origin, ...options });
  return { image: createRemoteImage(slimmingAt(server.origin, slimming), context), server, context, events: context.events };
}

/** The two ways of getting all bytes. */
export const ways: [name: string, fetch: (image: AilabSlimmedImage, signal?: AbortSignal) => Promise<Uint8Array>][] = [
  ['bytes()', (image, signal) => image.bytes(signal && { signal })],
  ['stream()', (image, signal) => readAll(image.stream(signal && { signal }))],
];

/** The bytes of a stream. */
export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
