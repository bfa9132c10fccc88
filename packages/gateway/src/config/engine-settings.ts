import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { httpUrl, megabytes, secret, wholeNumber } from './kinds.ts';

/** What slims, and how many photos there may be at a time. */
export interface EngineConfig {
  readonly engine: EngineChoice;
  readonly limits: 'ailab' | 'engine';
  readonly concurrency: number;
  readonly queueLength: number;
  readonly maxImages: number;
  readonly uploadMemoryBytes: number;
}

/** An engine and what it needs to be reached. */
export type EngineChoice = { readonly kind: 'local' } | { readonly kind: 'ailab'; readonly apiKey: string | undefined; readonly url: string | undefined };

/** What an account of the vendor may have under way at a time. */
const AILAB_CONCURRENCY = 3;
const MAX_IMAGES = 10;

const variables = z.object({
  SLIMFACE_ENGINE: z
    .enum(['local', 'ailab'], '"local" or "ailab"')
    .prefault('local')
    .meta({ unit: '`local` or `ailab`', description: 'What slims: `local` for the embedded engine, `ailab` for the AILabTools API, which costs 5 credits a photo.' }),
  AILABAPI_API_KEY: secret.optional().meta({ unit: 'key', description: 'Key of the account at AILabTools, which `SLIMFACE_ENGINE=ailab` needs.' }),
  SLIMFACE_AILAB_URL: httpUrl.optional().meta({
    unit: 'URL',
    fallback: "the vendor's",
    description: 'Another server with the AILabTools API, as a gateway of this kind is one. It gets `AILABAPI_API_KEY`, when that is set.',
  }),
  SLIMFACE_LIMITS: z
    .enum(['ailab', 'engine'], '"ailab" or "engine"')
    .prefault('ailab')
    .meta({ unit: '`ailab` or `engine`', description: "Which photos are accepted: `ailab` for the limits of the AILabTools API, the same with every engine; `engine` for the local engine's own, which are wider, with WebP, AVIF and TIFF among them." }),
  SLIMFACE_CONCURRENCY: wholeNumber(1, 100)
    .optional()
    .meta({ unit: 'photos', fallback: 'as many as cores; 3 with `ailab`', description: 'Photos that the engine works on at the same time.' }),
  SLIMFACE_QUEUE_LENGTH: wholeNumber(0, 10_000)
    .prefault('16')
    .meta({ unit: 'photos', description: 'Photos that may be received or wait beside those that the engine works on. Others are put off with `BUSY`, before their upload is read.' }),
  SLIMFACE_MAX_IMAGES: wholeNumber(1, 100).optional().meta({
    unit: 'images',
    fallback: `\`${MAX_IMAGES}\`, or as many as there are places`,
    description: 'Most images in one request. Each takes a place, of which there are `SLIMFACE_CONCURRENCY` and `SLIMFACE_QUEUE_LENGTH` together.',
  }),
  SLIMFACE_UPLOAD_MEMORY_MB: megabytes({ min: 16 })
    .prefault('192')
    .meta({ unit: 'MiB', description: 'Memory that all uploads together may take, and twice what those of one caller may, unless it is a single one; others are put off with `BUSY`. Also the most that one request may bring. It has to be enough for one photo of the largest size that `SLIMFACE_LIMITS` accepts.' }),
});

export const engineSettings: z.ZodType<EngineConfig, unknown> = variables.superRefine(checkAilab).superRefine(checkMaxImages).transform((data) => ({
  engine: data.SLIMFACE_ENGINE === 'local' ? { kind: 'local' } : { kind: 'ailab', apiKey: data.AILABAPI_API_KEY, url: data.SLIMFACE_AILAB_URL },
  limits: data.SLIMFACE_LIMITS,
  concurrency: concurrencyOf(data),
  queueLength: data.SLIMFACE_QUEUE_LENGTH,
  maxImages: data.SLIMFACE_MAX_IMAGES ?? Math.min(MAX_IMAGES, placesOf(data)),
  uploadMemoryBytes: data.SLIMFACE_UPLOAD_MEMORY_MB,
}));

type Variables = z.infer<typeof variables>;

function concurrencyOf({ SLIMFACE_CONCURRENCY: wanted, SLIMFACE_ENGINE: engine }: Variables): number {
  return wanted ?? (engine === 'ailab' ? AILAB_CONCURRENCY : availableParallelism());
}

function placesOf(data: Variables): number {
  return concurrencyOf(data) + data.SLIMFACE_QUEUE_LENGTH;
}

/** A request with more images than there are places would always have some of them put off. */
function checkMaxImages(data: Variables, context: z.RefinementCtx): void {
  const { SLIMFACE_MAX_IMAGES: maxImages = 1, SLIMFACE_QUEUE_LENGTH: queueLength } = data;
  if (maxImages <= placesOf(data)) return;
  const message = `Expected at most SLIMFACE_CONCURRENCY and SLIMFACE_QUEUE_LENGTH together, ${concurrencyOf(data)} + ${queueLength}, but received ${maxImages}`;
  context.addIssue({ code: 'custom', path: ['SLIMFACE_MAX_IMAGES'], message });
}

function checkAilab(data: Variables, context: z.RefinementCtx): void {
  if (data.SLIMFACE_ENGINE !== 'ailab') return;
  const refuse = (name: keyof typeof data, message: string): void => context.addIssue({ code: 'custom', path: [name], message });
  // A server of one's own may ask for no key.
  if (data.AILABAPI_API_KEY === undefined && data.SLIMFACE_AILAB_URL === undefined) refuse('AILABAPI_API_KEY', 'Expected a key with SLIMFACE_ENGINE=ailab but received none');
  if (data.SLIMFACE_LIMITS !== 'ailab') refuse('SLIMFACE_LIMITS', `Expected "ailab" with SLIMFACE_ENGINE=ailab but received "${data.SLIMFACE_LIMITS}"`);
}
