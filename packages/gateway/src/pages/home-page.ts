import type { FaceSlimmer } from '@slimface/core';
import { firstPhotoCommand, firstPhotoRestCommand } from './commands.ts';
import { homeScript } from './home-script.ts';
import { homeStyle } from './home-style.ts';
import { html, type Markup, trusted } from './html.ts';
import { logo } from './logo.ts';
import { requirementsInWords } from './requirements-in-words.ts';
import { etagOf, hashSource, loadNothing, type Page } from './send-page.ts';

/** What `/` says. */
export interface HomeOptions {
  readonly slimmer: Pick<FaceSlimmer, 'id' | 'version' | 'requirements'>;
  /** Why no photos are taken at the moment; `undefined` when they are. */
  readonly obstacle: string | undefined;
  readonly publicUrl: string;
  readonly keysNeeded: boolean;
  /** Whether `/graphiql` is there. */
  readonly graphiql: boolean;
  /** Whether the schema is given away. */
  readonly introspection: boolean;
  /** Whether any operation is taken, and not only those that are known by their hash. */
  readonly anyDocument: boolean;
}

/** What runs here, where to find it and how to send it a first photo. */
export function homePage(options: HomeOptions): Page {
  const { slimmer, obstacle, publicUrl, keysNeeded, anyDocument } = options;
  const { markup } = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    <title>slimface gateway</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(logo.markup)}" />
    <style>${trusted(homeStyle)}</style>
  </head>
  <body>
    <header>
      ${logo}
      <h1>slimface gateway</h1>
      <p class="state ${obstacle === undefined ? 'ready' : 'waiting'}">${obstacle === undefined ? 'Ready' : `Not ready: ${obstacle}`}</p>
    </header>
    <main>
      <p class="lead">Send a photo and get it back with slimmer faces. Engine: <strong>${slimmer.id}</strong>, version ${slimmer.version}. ${keysNeeded ? 'Callers need an API key.' : 'No API key is needed.'}</p>
      ${anyDocument ? tryIt(options) : []}
      <section>
        <h2>Photos it takes</h2>
        <dl>${requirementsInWords(slimmer.requirements).map(([name, words]) => html`<div><dt>${name}</dt><dd>${words}</dd></div>`)}</dl>
      </section>
      <section>
        <h2>From a program</h2>
        ${anyDocument ? html`<p>GraphQL, as a multipart request:</p><pre tabindex="0"><code>${firstPhotoCommand({ publicUrl, keysNeeded })}</code></pre>` : html`<p>GraphQL takes only the operations that this server knows.</p>`}
        <p>REST, as AILabTools clients speak it:</p>
        <pre tabindex="0"><code>${firstPhotoRestCommand({ publicUrl, keysNeeded })}</code></pre>
      </section>
      <section>
        <h2>What is where</h2>
        <ul class="links">${links(options)}</ul>
      </section>
    </main>
    <footer>The schema describes every type, field and error.</footer>
    ${anyDocument ? html`<script type="module">${trusted(homeScript)}</script>` : []}
  </body>
</html>
`;
  const body = Buffer.from(markup);
  const contentSecurityPolicy = [
    loadNothing,
    ...(anyDocument ? [`script-src ${hashSource(homeScript)}`] : []),
    `style-src ${hashSource(homeStyle)}`,
    // Results have the public address, which need not be the one that this page was opened under.
    `img-src 'self' blob: data: ${new URL(publicUrl).origin}`,
    "connect-src 'self'",
  ].join('; ');
  return { mediaType: 'text/html; charset=utf-8', body, contentSecurityPolicy, etag: etagOf(body) };
}

function tryIt({ slimmer, keysNeeded }: HomeOptions): Markup {
  const { mediaTypes, minSlimDegree, maxSlimDegree } = slimmer.requirements;
  // Without its script the form could do nothing, so that is what shows it.
  return html`<form id="try" hidden>
        <h2>Try it</h2>
        <div class="fields">
          <label>Photo <input name="photo" type="file" accept="${mediaTypes.join()}" required /></label>
          <label>Degree <output name="shown">1.0</output> <input name="degree" type="range" min="${minSlimDegree}" max="${maxSlimDegree}" step="0.1" value="1" /></label>
          ${keysNeeded ? html`<label>API key <input name="key" type="password" autocomplete="off" spellcheck="false" required /></label>` : []}
          <button>Slim</button>
        </div>
        <p class="outcome" role="status"></p>
        <div class="pictures" hidden>
          <figure><img alt="The photo as it was sent" /><figcaption>Sent</figcaption></figure>
          <figure><img alt="The photo with slimmer faces" /><figcaption>Slimmed · <a target="_blank" rel="noopener">open</a></figcaption></figure>
        </div>
      </form>`;
}

function links({ publicUrl, graphiql, introspection }: HomeOptions): Markup[] {
  const root = new URL(publicUrl).pathname.replace(/\/*$/, '/');
  const endpoint = (path: string, words: string): Markup => html`<li><code>${root}${path}</code> <span>${words}</span></li>`;
  // Relative, so that they are right wherever a proxy has put this page.
  const link = (path: string, words: string): Markup => html`<li><a href="${path}">${root}${path}</a> <span>${words}</span></li>`;
  return [
    endpoint('graphql', 'GraphQL over HTTP: JSON, and multipart requests for photos'),
    endpoint('api/portrait/effects/smart-face-slimming', 'REST, wire-compatible with AILabTools'),
    ...(graphiql ? [link('graphiql', 'GraphiQL: write and run operations, with a photo')] : []),
    ...(introspection ? [link('schema.graphql', 'the schema, with all descriptions')] : []),
    link('docs', 'guides and all settings, as text'),
    link('health/live', 'whether the process answers'),
    link('health/ready', 'whether photos are taken'),
    link('metrics', 'counters and timings for Prometheus'),
  ];
}
