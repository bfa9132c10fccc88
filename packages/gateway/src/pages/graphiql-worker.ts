// Runs in a worker thread: puts GraphiQL, our settings and our bar together, once.
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { css, editorWorkerService, graphqlWorker, js, jsonWorker } from '@graphql-yoga/render-graphiql/graphiql';
import type { GraphiqlDocument, GraphiqlSource } from './graphiql-page.ts';
import { html, trusted } from './html.ts';
import { logo } from './logo.ts';
import { hashSource } from './send-page.ts';

const { bar, settings } = workerData as GraphiqlSource;

// GraphiQL's editor works in threads, whose code it is given as blobs: there is no file to load.
const threads = Object.entries({ editorWorkerService, graphql: graphqlWorker, json: jsonWorker }).map(
  ([label, code]) => `${label}: URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: 'text/javascript' }))`,
);
const app = `const threads = { ${threads.join(',\n')} };
globalThis.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => threads[label] };
${js};
const settings = ${JSON.stringify(settings).replaceAll('<', '\\u003c')};
// It opens its default tabs without the variables of the first one, so on a first visit it is told them once more.
if (localStorage.getItem('graphiql:tabState') === null) settings.variables = settings.defaultTabs[0].variables;
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), settings);`;

const { markup } = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>GraphiQL · slimface</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(logo.markup)}" />
    <style>${trusted(css)}${trusted(bar.style)}</style>
  </head>
  <body class="no-focus-outline">
    ${bar.markup}
    <div id="root"></div>
    <noscript>GraphiQL needs JavaScript.</noscript>
    <script>${trusted(bar.script)}</script>
    <script>${trusted(app)}</script>
  </body>
</html>
`;
const gzip = new Uint8Array(gzipSync(markup)); // memory of its own, to be handed over
parentPort?.postMessage({ gzip, scripts: [hashSource(bar.script), hashSource(app)] } satisfies GraphiqlDocument, [gzip.buffer]);
