import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);

/** Path of the Chromium to test with: `CHROMIUM`, or the first one on the PATH. */
export const chromiumPath: string | undefined = [process.env['CHROMIUM'], ...names.flatMap((name) => folders.map((folder) => join(folder, name)))].find(isExecutable);

/** Whether to leave out what needs a browser. In CI it never is: there, a missing browser is a failure. */
export const withoutBrowser: boolean = chromiumPath === undefined && !process.env['CI'];

if (withoutBrowser) console.warn('No Chromium found, so the pages are not tested in a browser. Set CHROMIUM to the path of one.');

/** A real browser, without anything that it would ask its maker for. */
export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`Expected ${names.join(', ')} on the PATH, or CHROMIUM to name a browser, but found none`);
  return chromium.launch({ executablePath: chromiumPath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }); // whose sandbox refuses root
}

function isExecutable(path: string | undefined): boolean {
  if (!path) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
