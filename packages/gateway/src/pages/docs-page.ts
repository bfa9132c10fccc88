import { readFile } from 'node:fs/promises';
import { settingsTable } from '../config/settings-table.ts';
import { etagOf, loadNothing, type Page } from './send-page.ts';

/** The package's README and all settings, as text: what is right for the version that runs. */
export async function docsPage(): Promise<Page> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8'); // from src/ and from dist/ alike
  const body = Buffer.from(`${readme}\n# Settings\n\n${settingsTable()}\n`);
  return { mediaType: 'text/plain; charset=utf-8', body, contentSecurityPolicy: loadNothing, etag: etagOf(body) };
}
