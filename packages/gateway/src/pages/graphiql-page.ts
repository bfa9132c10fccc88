import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GraphQLSchema } from 'graphql';
import { examples } from './examples.ts';
import { logo } from './logo.ts';
import { etagOf, loadNothing, type Page } from './send-page.ts';
import { type UploadBar, uploadBar } from './upload-bar.ts';

/** What GraphiQL shows. */
export interface GraphiqlOptions {
  readonly schema: GraphQLSchema;
  /** Of the photos that can be sent. */
  readonly mediaTypes: readonly string[];
  readonly keysNeeded: boolean;
}

/** What the thread gets: all of the document that is not GraphiQL itself. */
export interface GraphiqlSource {
  readonly bar: UploadBar;
  /** For GraphiQL. */
  readonly settings: object;
}

/** What comes back. */
export interface GraphiqlDocument {
  readonly gzip: Uint8Array;
  /** The scripts in it, as a Content-Security-Policy names them. */
  readonly scripts: readonly string[];
}

/** Threads run built files, also when the rest runs from its TypeScript sources, as in tests. */
const workerFile = join(dirname(createRequire(import.meta.url).resolve('@slimface/gateway/package.json')), 'dist/pages/graphiql-worker.js');

/**
 * GraphiQL as one document that loads nothing: 9 MB, of which 2.4 MB go over the wire. It is put together in a thread,
 * where it holds up no request, and of which nothing but the packed document stays.
 *
 * @throws {Error} GraphiQL is not installed, or the package is not built
 */
export async function graphiqlPage({ schema, mediaTypes, keysNeeded }: GraphiqlOptions): Promise<Page> {
  const headers = keysNeeded ? '{ "x-api-key": "" }' : '';
  const settings = {
    endpoint: 'graphql', // beside this page, wherever a proxy has put it
    title: 'slimface',
    logo: logo.markup,
    additionalHeaders: { 'x-graphql-yoga-csrf': '1' },
    shouldPersistHeaders: false, // an API key that is typed in stays in its tab
    headers,
    defaultTabs: examples.map((example) => ({ ...example, headers })),
  };
  const workerData: GraphiqlSource = { bar: uploadBar({ schema, mediaTypes }), settings };
  const worker = new Worker(workerFile, { workerData, execArgv: [] }); // a host's loaders and conditions are for its own sources
  const [{ gzip, scripts }] = (await once(worker, 'message')) as [GraphiqlDocument];

  const body = Buffer.from(gzip.buffer, gzip.byteOffset, gzip.byteLength);
  const contentSecurityPolicy = [
    loadNothing,
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'", // its editor writes styles while it runs
    'worker-src blob:',
    'font-src data:',
    "img-src 'self' data:", // it shows the photo behind a URL in an answer
    "connect-src 'self'",
  ].join('; ');
  return { mediaType: 'text/html; charset=utf-8', body, gzipped: true, contentSecurityPolicy, etag: etagOf(body) };
}
