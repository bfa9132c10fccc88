import { z } from 'zod';
import { settings } from './settings.ts';

/** One setting, for readers. */
interface SettingRow {
  readonly name: string;
  /** Markdown; empty where there is none. */
  readonly fallback: string;
  readonly unit: string;
  readonly description: string;
}

/** The tables of settings in Markdown, one for each subject. */
export function settingsTable(): string {
  return Object.entries(settings)
    .map(([title, group]) => {
      const rows = rowsOf(group).map(({ name, fallback, unit, description }) => `| \`${name}\` | ${fallback} | ${unit} | ${description} |`);
      return [`## ${title}`, '', '| Variable | Default | Unit | Meaning |', '|---|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

/** All settings for a terminal: units or accepted values, defaults, and the first sentence of what each is for. */
export function settingsHelp(): string {
  const rows = Object.values(settings).flatMap(rowsOf);
  const width = Math.max(...rows.map(({ name }) => name.length));
  const describe = ({ name, fallback, unit, description }: SettingRow): string =>
    `  ${name.padEnd(width)}  ${unit}${fallback === '' ? '' : `, default ${fallback}`}\n      ${description.split(/(?<=\.) (?=[A-Z])/, 1)}`;
  return rows.map(describe).join('\n').replaceAll('`', '');
}

/** Names of all settings. */
export function settingNames(): string[] {
  return Object.values(settings).flatMap(rowsOf).map(({ name }) => name);
}

function rowsOf(group: z.ZodType): SettingRow[] {
  const { properties = {} } = z.toJSONSchema(group, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { default: value, fallback, unit = '', description = '' } = property as { default?: unknown; fallback?: string; unit?: string; description?: string };
    return { name, fallback: fallback ?? (value === undefined ? '' : `\`${String(value)}\``), unit, description };
  });
}
