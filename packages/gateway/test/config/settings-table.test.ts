import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settingNames, settingsHelp, settingsTable } from '../../src/config/settings-table.ts';

const page = fileURLToPath(new URL('../../../../docs/deployment/settings.md', import.meta.url));

describe('the settings', () => {
  it('are what docs/deployment/settings.md says; update it with: npm test -- packages/gateway/test/config/settings-table.test.ts -u', async () => {
    const head = '# Settings of the gateway\n\nEnvironment variables of `slimface-gateway`, read at start. One that is empty counts as not set. MiB are 1,048,576 bytes.';
    await expect(`${head}\n\n${settingsTable()}\n`).toMatchFileSnapshot(page);
  });

  it('each have a unit and a meaning, and a default unless nothing is one', () => {
    const rows = readFileSync(page, 'utf8').split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(settingNames().length);
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    expect(cells.filter(([, , , unit, meaning]) => !unit || !meaning)).toEqual([]);
    expect(cells.filter(([, , fallback]) => !fallback).map(([, name]) => name)).toEqual(['`AILABAPI_API_KEY`', '`SLIMFACE_API_KEYS_FILE`']);
  });

  it('are all in the help', () => {
    for (const name of settingNames()) expect(settingsHelp()).toMatch(new RegExp(`^  ${name} `, 'm'));
  });
});
