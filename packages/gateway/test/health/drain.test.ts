import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaceSlimmer } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, createHttpServer, type Gateway, listen, shutDown } from '../../src/index.ts';
import { fixture, localEngine, type RunningGateway, slimFace } from '../_setup.ts';

let gateway: Gateway;
let running: RunningGateway;
let close: () => ReturnType<typeof shutDown>;
let letGo: () => void;
let working: Promise<void>;

/** A gateway whose engine holds each photo until the test lets go. */
beforeEach(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slimface-drain-'));
  const engine = await localEngine();
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let began!: () => void;
  working = new Promise((resolve) => (began = resolve));
  const slimmer: FaceSlimmer = {
    ...engine,
    async slim(image, options) {
      began();
      await released;
      return engine.slim(image, options);
    },
  };
  const server = createHttpServer((req, res) => gateway.handle(req, res));
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  gateway = await createGateway({ slimmer, dataDir, publicUrl: url, selfTest: async () => {} });
  running = { url, dataDir, logged: [], stop: async () => {} };
  close = () => shutDown({ server, gateway, slimmer: { ...slimmer, close: async () => {} } }, { withinMs: 20_000 });
});
afterEach(async () => {
  letGo();
  await close();
  await rm(running.dataDir, { recursive: true });
});

const ready = async (): Promise<unknown> => (await fetch(`${running.url}/health/ready`)).json();

describe('a gateway that drains', () => {
  it('finishes the photo that is in, refuses the next with BUSY, and is not ready', async () => {
    const first = slimFace(running, fixture('astronaut.png'));
    await working;
    await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ code: 'OK' });
    const closing = close();

    expect(await ready()).toEqual({ code: 'NOT_READY', message: 'Expected a gateway that can take photos but this one is shutting down' });
    const { body } = await slimFace(running, fixture('astronaut.png'));
    expect(body.data.slimFace).toMatchObject({ __typename: 'BusyError', code: 'BUSY', retryable: true, message: expect.stringMatching(/shutting down; try again in \d+ s$/) });
    letGo();
    expect((await first).body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage', width: 512 });
    expect(await closing).toEqual({ isComplete: true, requestsCutOff: 0 });
    await expect(ready()).rejects.toThrow('fetch failed');
    await (await createGateway({ slimmer: await localEngine(), dataDir: running.dataDir, publicUrl: running.url, selfTest: async () => {} })).close(); // the folder is free
  });
});
