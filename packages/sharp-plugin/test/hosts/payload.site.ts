import { join } from 'node:path';
import { buildConfig, createDatabaseAdapter, getPayload, handleEndpoints, type CollectionConfig, type Payload, type SanitizedConfig } from 'payload';
import sharp from 'sharp';

/** A document of the collection. */
export interface Doc {
  readonly id: string;
  readonly filename: string;
  readonly filesize: number;
  readonly sizes: { readonly small: { readonly filename: string } };
}

/** A running Payload. */
export interface Site {
  readonly key: string;
  readonly config: SanitizedConfig;
  readonly payload: Payload;
  readonly folder: string;
}

/** What is special about a site. */
export interface SiteOptions {
  readonly config?: Partial<Parameters<typeof buildConfig>[0]>;
  readonly collection?: Partial<CollectionConfig>;
}

type Hook = NonNullable<NonNullable<CollectionConfig['hooks']>['beforeOperation']>[number];

/**
 * Opens a real Payload with one upload collection, whose documents are kept in memory.
 *
 * @param key name of the site, and of its folder of files in `folder`
 */
export async function openSite(folder: string, key: string, hook: Hook, { config: more = {}, collection = {} }: SiteOptions = {}): Promise<Site> {
  const staticDir = join(folder, key);
  const open = () => true;
  const config = await buildConfig({
    ...more,
    secret: 'only for a test',
    sharp: sharp as never,
    db: { name: 'memory', defaultIDType: 'text', init: memoryDatabase },
    logger: { options: { level: 'silent' } },
    telemetry: false,
    graphQL: { disable: true },
    typescript: { autoGenerate: false },
    collections: [{
      slug: 'media',
      lockDocuments: false,
      fields: [{ name: 'alt', type: 'text' }],
      upload: { staticDir, imageSizes: [{ name: 'small', width: 256 }] },
      access: { create: open, read: open, update: open },
      hooks: { beforeOperation: [hook] },
      ...collection,
    }],
  });
  return { key, config, payload: await getPayload({ config, key }), folder: staticDir };
}

/** As much of a database as uploads need. */
function memoryDatabase({ payload }: { payload: Payload }) {
  const docs: Record<string, unknown>[] = [];
  const matching = (where: unknown) => {
    const [id] = /(?<="id":\{"equals":")[^"]+/.exec(JSON.stringify(where)) ?? [];
    return docs.find((doc) => doc.id === id) ?? null;
  };
  return createDatabaseAdapter({
    name: 'memory',
    packageName: 'memory',
    defaultIDType: 'text',
    payload,
    create: async ({ data }: { data: object }) => docs[docs.push({ ...data, id: String(docs.length + 1) }) - 1],
    findOne: async ({ where }: { where: unknown }) => matching(where),
    updateOne: async ({ id, data }: { id: string; data: object }) => Object.assign(docs.find((doc) => doc.id === id)!, data),
    find: async () => ({ docs: [], totalDocs: 0 }),
  } as never);
}

/** Asks Payload's REST API, as an HTTP server would. */
export async function ask({ key, config }: Site, path: string, init: RequestInit) {
  const response = await handleEndpoints({ config, request: new Request(`http://localhost/api/media${path}`, init), payloadInstanceCacheKey: key });
  const body = (await response.json()) as { doc: Doc };
  return { status: response.status, body, doc: body.doc };
}

/** Uploads a new file, or one that takes the place of that of document `id`. */
export function upload(site: Site, bytes: Buffer, { id, type = 'image/png', signal }: { id?: string; type?: string; signal?: AbortSignal } = {}) {
  const form = new FormData();
  const extension = { 'text/plain': 'txt', 'image/svg+xml': 'svg' }[type] ?? 'png';
  form.set('file', new File([new Uint8Array(bytes)], `upload.${extension}`, { type }));
  return ask(site, id === undefined ? '' : `/${id}`, { method: id === undefined ? 'POST' : 'PATCH', body: form, ...(signal && { signal }) });
}
