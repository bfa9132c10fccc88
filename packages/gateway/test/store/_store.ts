import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createSlimmedImage, type SlimmedImage } from '@slimface/core';
import { build } from 'rolldown';
import { expect } from 'vitest';
import type { ResultStore } from '../../src/store/result-store.ts';

export const face = { box: { x: 1, y: 2, width: 3, height: 4 }, landmarks: [{ x: 1, y: 1 }], presence: 0.99, slimDegree: 1.5 };
export const about = { requestId: 'a-request' };

export function image(bytes: Uint8Array): SlimmedImage {
  return createSlimmedImage({ mediaType: 'image/png', width: 512, height: 512, faces: [face], slimDegree: 1.5, engine: 'local' }, bytes);
}

/** Names of all files in a store's folder. */
export async function files(folder: string): Promise<{ content: string[]; records: string[]; gone: string[] }> {
  const [content, records, gone] = await Promise.all(['content', 'records', 'gone'].map(async (name) => (await readdir(join(folder, name))).toSorted()));
  return { content: content!, records: records!, gone: gone! };
}

/** What must hold whenever nothing is going on. @returns ids of the results that have a record */
export async function expectConsistent(store: ResultStore, folder: string): Promise<string[]> {
  const { content, records } = await files(folder);
  const sizes = await Promise.all(content.map(async (name) => (await stat(join(folder, 'content', name))).size));
  expect(store.byteSize).toBe(sizes.reduce((sum, size) => sum + size, 0));

  expect(records.filter((name) => !/^[0-9a-f]{32}\.json$/.test(name))).toEqual([]);
  const named = await Promise.all(records.map(async (name) => JSON.parse(await readFile(join(folder, 'records', name), 'utf8'))));
  expect([...new Set(named.map(({ sha256 }) => sha256))].toSorted()).toEqual(content);
  return named.map(({ id }) => id);
}

/** Bundles a script of this folder that runs in a process of its own. @returns its code */
export async function bundle(script: string): Promise<string> {
  const input = fileURLToPath(new URL(script, import.meta.url));
  const { output } = await build({ input, platform: 'node', resolve: { conditionNames: ['@slimface/source', 'node', 'import', 'default'] }, write: false });
  return output[0].code;
}

/** Starts a program and gathers what it writes. */
export function start(command: string, args: readonly string[]): { child: ChildProcessByStdio<null, Readable, null>; lines: () => string[]; ended: Promise<number | null> } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, lines: () => out.split('\n').slice(0, -1), ended };
}
