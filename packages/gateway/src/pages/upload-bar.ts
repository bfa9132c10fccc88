import { getNamedType, type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { html, type Markup } from './html.ts';

/** The bar above GraphiQL that gives operations their photos: GraphiQL itself can send text only. */
export interface UploadBar {
  readonly markup: Markup;
  readonly style: string;
  /** To run before GraphiQL does. */
  readonly script: string;
}

/** @param options.mediaTypes what the file dialog offers */
export function uploadBar({ schema, mediaTypes }: { schema: GraphQLSchema; mediaTypes: readonly string[] }): UploadBar {
  return {
    markup: html`<form id="upload-bar">
      <a href="./">← What runs here</a>
      <label for="photos">Photo</label>
      <input id="photos" type="file" accept="${mediaTypes.join()}" multiple />
      <output for="photos">for the image that is null in the variables</output>
    </form>`,
    style,
    script: `((uploadFields) => {${script}})(${JSON.stringify(uploadFieldsOf(schema))});`,
  };
}

/** Names of the arguments and input fields that take an upload. */
export function uploadFieldsOf(schema: GraphQLSchema): string[] {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    const inputs = isInputObjectType(type)
      ? Object.values(type.getFields())
      : isObjectType(type) || isInterfaceType(type) // introspection's own types are among them, and take none
        ? Object.values(type.getFields()).flatMap(({ args }) => args)
        : [];
    for (const input of inputs) if (getNamedType(input.type).name === 'Upload') names.add(input.name);
  }
  return [...names].sort();
}

/**
 * Sends an operation as a GraphQL multipart request when a photo has been chosen and a variable waits for one. GraphiQL
 * looks `fetch` up each time that it sends something.
 */
const script = /* JS */ `
const { photos } = document.getElementById('upload-bar').elements;
const note = document.querySelector('#upload-bar output');
const sendAsIs = globalThis.fetch;

globalThis.fetch = (address, init) => sendAsIs(address, withPhotos(init));
photos.addEventListener('change', () => {
  note.value = photos.files.length === 0 ? 'none chosen' : 'for the image that is null in the variables';
});

function withPhotos(init) {
  if (typeof init?.body !== 'string') return init;
  const { variables, query } = JSON.parse(init.body);
  const names = [...uploadFields, ...[...(query ?? '').matchAll(/[$](\\w+)\\s*:[\\s[]*Upload\\b/g)].map(([, name]) => name)];
  const places = [...emptyPlaces(variables, 'variables', '', names)];
  if (places.length === 0) return init;
  note.value = photos.files.length >= places.length
    ? 'sent as ' + places.join(', ')
    : 'choose ' + (photos.files.length === 0 ? 'a photo' : 'more photos') + ': nothing for ' + places.slice(photos.files.length).join(', ');
  const files = [...photos.files].slice(0, places.length);
  if (files.length === 0) return init;

  const body = new FormData();
  body.set('operations', init.body);
  body.set('map', JSON.stringify(Object.fromEntries(files.map((_, i) => [i, [places[i]]]))));
  files.forEach((file, i) => body.set(String(i), file));
  const headers = new Headers(init.headers);
  headers.delete('content-type'); // the browser's own names the boundary
  return { ...init, headers, body };
}

function* emptyPlaces(value, path, name, names) {
  if (value === null && names.includes(name)) yield path;
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* emptyPlaces(item, path + '.' + i, name, names);
  else if (value && typeof value === 'object') for (const [key, item] of Object.entries(value)) yield* emptyPlaces(item, path + '.' + key, key, names);
}
`;

const style = /* CSS */ `
body { display: flex; flex-direction: column; height: 100vh; height: 100dvh }
#root { flex: 1; min-height: 0 }
#root .graphiql-container { width: 100%; height: 100% }
#upload-bar {
  --ground: hsl(219 28% 96%); --text: hsl(219 28% 25%); --quiet: hsl(219 18% 42%); --line: hsl(219 28% 88%); --accent: hsl(242 51% 50%);
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 7px 16px;
  background: var(--ground); color: var(--text); border-bottom: 1px solid var(--line); font: 14px/1.5 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) { body:not(.graphiql-light) #upload-bar { --ground: hsl(219 29% 13%); --text: hsl(219 29% 88%); --quiet: hsl(219 15% 66%); --line: hsl(219 20% 26%); --accent: hsl(243 100% 82%) } }
body.graphiql-dark #upload-bar { --ground: hsl(219 29% 13%); --text: hsl(219 29% 88%); --quiet: hsl(219 15% 66%); --line: hsl(219 20% 26%); --accent: hsl(243 100% 82%) }
#upload-bar a { color: var(--accent); text-decoration: none; margin-right: 8px }
#upload-bar a:hover { text-decoration: underline }
#upload-bar input { color: inherit; font: inherit; max-width: 100% }
#upload-bar input::file-selector-button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; padding: 2px 10px; margin-right: 8px; cursor: pointer }
#upload-bar output { color: var(--quiet) }
`;
