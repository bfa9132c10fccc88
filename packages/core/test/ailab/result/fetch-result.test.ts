import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AbortedError, InternalError, InvalidInputError, ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { createLifetime } from '../../../src/ailab/lifetime.ts';
import { picture } from '../../_images.ts';
import { rejection } from '../../_rejection.ts';
import { turn } from '../../_streams.ts';
import { hangsUp, inTurn, refuses, serves, stalls, type Answer } from './_result-server.ts';
import { imageFrom, jpeg, readAll, ways } from './_served-image.ts';

/** So many bytes that they do not fit between two sockets. */
const large = Buffer.concat([await picture(400, 300).jpeg({ quality: 100 }).toBuffer(), Buffer.alloc(24_000_000)]);

describe.each(ways)('%s', (_, fetch) => {
  it('downloads anew each time', async () => {
    const { image, server } = await imageFrom(serves(jpeg));
    const [first, second] = [await fetch(image), await fetch(image)];
    expect(jpeg.equals(first) && jpeg.equals(second)).toBe(true);
    expect(first).not.toBe(second);
    expect(server.requests).toHaveLength(2);
  });

  it('tells about its tries', async () => {
    const { image, events, context } = await imageFrom(inTurn(refuses(503), serves(Buffer.from('<html>')), serves(jpeg)));
    await fetch(image);
    const common = { type: 'attempt', operation: 'download', bytesSent: 0, requestId: 'r1', logId: 'l1', durationMs: expect.any(Number) as number };
    const failed = { operation: 'download', code: 'RESULT_UNAVAILABLE' };
    expect(events).toEqual([
      { ...common, ...failed, attempt: 1, httpStatus: 503, bytesReceived: 0 },
      { type: 'retry', ...failed, attempt: 2, delayMs: expect.any(Number) as number },
      { ...common, ...failed, attempt: 2, httpStatus: 200, bytesReceived: 6 },
      { type: 'retry', ...failed, attempt: 3, delayMs: expect.any(Number) as number },
      { ...common, attempt: 3, code: 'OK', httpStatus: 200, bytesReceived: jpeg.length },
    ]);
    expect(JSON.stringify([events, context.spans])).not.toMatch(/pr1vate|s1gned/);
    const attributes = { 'http.request.method': 'GET', 'server.address': '127.0.0.1', 'http.response.status_code': 200, 'http.request.resend_count': 2 };
    expect(context.spans).toEqual([{ name: 'slimface.download', attributes }]);
  });

  it.each([
    [0, 1],
    [1, 2],
    [2, 3],
  ])('with %i retries makes %i tries, then fails with the last failure and the address', async (maxDownloadRetries, tries) => {
    const { image, server } = await imageFrom(refuses(503), { limits: { maxDownloadRetries } });
    const error = await rejection(() => fetch(image));
    expect(error).toBeInstanceOf(ResultUnavailableError);
    expect(error).toMatchObject({ retryable: true, billed: 'yes', requestId: 'r1', logId: 'l1', url: image.url });
    expect(server.requests).toHaveLength(tries);
  });

  it('does not repeat what will not pass', async () => {
    const { image, server, events } = await imageFrom(refuses(410));
    expect(await rejection(() => fetch(image))).toBeInstanceOf(ResultExpiredError);
    expect(server.requests).toHaveLength(1);
    expect(events).toMatchObject([{ type: 'attempt', code: 'RESULT_EXPIRED', httpStatus: 410 }]);
  });

  it('tries again after a 404, which may be storage that lags', async () => {
    const { image, server } = await imageFrom(inTurn(refuses(404), serves(jpeg)));
    expect(jpeg.equals(await fetch(image))).toBe(true);
    expect(server.requests).toHaveLength(2);
    const gone = await imageFrom(refuses(404));
    expect(await rejection(() => fetch(gone.image))).toBeInstanceOf(ResultExpiredError);
    expect(gone.server.requests).toHaveLength(3);
  });

  it('waits as long as the host asks for, up to the limit', async () => {
    const { image, events } = await imageFrom(inTurn(refuses(503, '', { 'retry-after': '3600' }), refuses(503, '', { 'retry-after-ms': '2' }), serves(jpeg)), { limits: { maxRetryDelayMs: 4 } });
    await fetch(image);
    expect(events.filter(({ type }) => type === 'retry')).toMatchObject([{ delayMs: 4 }, { delayMs: 2 }]);
  });

  it('does not begin a pause that would go past the budget', async () => {
    const { image, server } = await imageFrom(refuses(503, '', { 'retry-after-ms': '3' }), { limits: { retryBudgetMs: 5 } });
    await rejection(() => fetch(image));
    expect(server.requests).toHaveLength(2);
  });

  it('gives up on a try that stalls, and makes another one', async () => {
    const { image, server, events } = await imageFrom(inTurn(stalls(), serves(jpeg)), { limits: { downloadTimeoutMs: 100 } });
    expect(jpeg.equals(await fetch(image))).toBe(true);
    expect(server.requests).toHaveLength(2);
    expect(events[0]).toMatchObject({ type: 'attempt', code: 'RESULT_UNAVAILABLE' });
  });

  it('asks nobody for a result whose time is over', async () => {
    const expiresAt = new Date(Date.now() - 1);
    const { image, server, events } = await imageFrom(serves(jpeg), { slimming: { expiresAt } });
    const error = await rejection(() => fetch(image));
    expect(error).toBeInstanceOf(ResultExpiredError);
    expect(error).toMatchObject({ expiredAt: expiresAt, url: image.url, billed: 'yes', requestId: 'r1', retryable: false });
    expect(server.allSockets()).toBe(0);
    expect(events).toEqual([]);
  });

  it('is work that closing waits for, and that a closed client refuses', async () => {
    let free = (): void => {};
    const lifetime = createLifetime(async () => {});
    const { image, server } = await imageFrom((_request, response) => void (free = () => void response.end(jpeg)), { context: { track: lifetime.track } });
    const order: string[] = [];
    const fetching = fetch(image).then(() => order.push('fetched'));
    await expect.poll(() => server.requests.length, { interval: 1 }).toBe(1);
    const closing = lifetime.end().then(() => order.push('closed'));
    await turn();
    expect(order).toEqual([]);
    free();
    await Promise.all([fetching, closing]);
    expect(await rejection(() => fetch(image))).toBeInstanceOf(InternalError);
  });
});

describe.each(ways)('the signal of %s', (_, fetch) => {
  const reason = new Error('the client left');

  it('ends a download, and keeps neither a socket nor a listener', async () => {
    const controller = new AbortController();
    const { image, server, events } = await imageFrom(stalls(jpeg.subarray(0, 500), jpeg.length));
    const fetching = rejection(() => fetch(image, controller.signal));
    await expect.poll(() => server.requests.length, { interval: 1 }).toBe(1);
    controller.abort(reason);
    const error = await fetching;
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: reason, billed: 'yes', requestId: 'r1', logId: 'l1' });
    await server.allGone();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(events).toMatchObject([{ type: 'attempt', code: 'ABORTED' }]);
  });

  it('ends a pause between tries', async () => {
    const controller = new AbortController();
    const { image, server, context } = await imageFrom(refuses(503, '', { 'retry-after': '60' }), { limits: { maxRetryDelayMs: 60_000, retryBudgetMs: 60_000 } });
    const { emit } = context;
    Object.assign(context, { emit: (event: Parameters<typeof emit>[0]) => (event.type === 'retry' ? setImmediate(() => controller.abort(reason)) : emit(event)) });
    const error = await rejection(() => fetch(image, controller.signal));
    expect(error).toMatchObject({ code: 'ABORTED', cause: reason, billed: 'yes', requestId: 'r1' });
    expect(server.requests).toHaveLength(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('keeps anything from happening when it was aborted before', async () => {
    const { image, server, events } = await imageFrom(serves(jpeg));
    expect(await rejection(() => fetch(image, AbortSignal.abort(reason)))).toMatchObject({ code: 'ABORTED', cause: reason, billed: 'yes', requestId: 'r1' });
    expect(server.allSockets()).toBe(0);
    expect(events).toEqual([]);
  });

  it('is the one of the call unless there is another one', async () => {
    const controller = new AbortController();
    const { image, server } = await imageFrom(serves(jpeg), { signal: controller.signal });
    await fetch(image);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    controller.abort(reason);
    expect(await rejection(() => fetch(image))).toMatchObject({ code: 'ABORTED', cause: reason });
    expect(jpeg.equals(await fetch(image, new AbortController().signal))).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('has to be one', async () => {
    const { image } = await imageFrom(serves(jpeg));
    expect(await rejection(() => fetch(image, 'soon' as unknown as AbortSignal))).toBeInstanceOf(InvalidInputError);
  });
});

describe('bytes()', () => {
  it('repeats a download that broke off', async () => {
    const { image, server } = await imageFrom(inTurn(hangsUp(jpeg.subarray(0, 800), jpeg.length), serves(jpeg.subarray(0, 800)), serves(jpeg)));
    expect(jpeg.equals(await image.bytes())).toBe(true);
    expect(server.requests).toHaveLength(3);
  });

  it('has one timeout for a whole try, however steadily the bytes come', async () => {
    const drip: Answer = (_, response) => {
      response.writeHead(200);
      let at = 0;
      const timer = setInterval(() => response.write(jpeg.subarray(at, ++at)), 2);
      response.on('close', () => clearInterval(timer));
    };
    const { image, server } = await imageFrom(drip, { limits: { downloadTimeoutMs: 30, maxDownloadRetries: 0 } });
    expect(await rejection(() => image.bytes())).toMatchObject({ code: 'RESULT_UNAVAILABLE', message: `Expected the result from 127.0.0.1:${server.port} but its bytes did not come within 30 ms` });
    await server.allGone();
  });

  it('gives memory of its own', async () => {
    const { image } = await imageFrom(serves(await picture(1, 1).png().toBuffer()));
    const bytes = await image.bytes();
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });

  it('keeps none of them', async () => {
    const { image } = await imageFrom(serves(large), { limits: { maxResultBytes: large.length } });
    const seen: WeakRef<Uint8Array>[] = [];
    for (let i = 0; i < 5; i++) seen.push(new WeakRef(await image.bytes()));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await turn();
    collect();
    expect(seen.map((ref) => ref.deref()?.length)).toEqual(seen.map(() => undefined));
    expect(image.width).toBe(400);
  });
});

describe('stream()', () => {
  const limits = { maxResultBytes: large.length };

  it('asks for nothing before the first read', async () => {
    const { image, server } = await imageFrom(serves(jpeg));
    const stream = image.stream();
    await turn();
    expect(server.allSockets()).toBe(0);
    await stream.cancel();
    expect(server.requests).toEqual([]);
  });

  it('does not run ahead of its reader', async () => {
    let response: Parameters<Answer>[1] | undefined;
    const { image } = await imageFrom((request, answer, count) => {
      response = answer;
      serves(large)(request, answer, count);
    }, { limits });
    const reader = image.stream().getReader();
    await reader.read();
    // All that fits between the sockets is sent; then the server has to wait.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(response!.writableFinished).toBe(false);
    await reader.cancel();
    expect((await readAll(image.stream())).equals(large)).toBe(true);
  });

  it('fails after the first chunk and does not begin anew', async () => {
    const { image, server, events } = await imageFrom(inTurn(refuses(503), hangsUp(large.subarray(0, 100_000), large.length), serves(large)), { limits });
    const chunks: Uint8Array[] = [];
    const error = await rejection(async () => {
      for await (const chunk of image.stream()) chunks.push(chunk);
    });
    expect(error).toBeInstanceOf(ResultUnavailableError);
    expect(error).toMatchObject({ url: image.url, billed: 'yes' });
    expect(Buffer.concat(chunks).equals(large.subarray(0, 100_000))).toBe(true);
    expect(server.requests).toHaveLength(2);
    expect(events).toMatchObject([{ type: 'attempt', httpStatus: 503 }, { type: 'retry' }, { type: 'attempt', attempt: 2, code: 'RESULT_UNAVAILABLE', bytesReceived: 100_000 }]);
  });

  it('fails at the end of a result that is cut off', async () => {
    const { image, server } = await imageFrom(serves(jpeg.subarray(0, -2)));
    const error = await rejection(() => new Response(image.stream()).arrayBuffer());
    expect(error).toMatchObject({ code: 'RESULT_UNAVAILABLE', message: `Expected a whole image from 127.0.0.1:${server.port} but it is cut off after ${jpeg.length - 2} bytes` });
    expect(server.requests).toHaveLength(1);
  });

  it('gives its reader all the time', async () => {
    const { image } = await imageFrom(serves(large), { limits: { ...limits, downloadTimeoutMs: 100 } });
    const reader = image.stream().getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await reader.read()).done).toBe(false);
    await reader.cancel();
  });

  it('stops when the host stalls in the middle', async () => {
    const { image, server } = await imageFrom(stalls(jpeg.subarray(0, 500), jpeg.length), { limits: { downloadTimeoutMs: 20 } });
    const reader = image.stream().getReader();
    expect((await reader.read()).value).toHaveLength(500);
    expect(await rejection(() => reader.read())).toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: true });
    await server.allGone();
    expect(server.requests).toHaveLength(1);
  });

  it.each(['between two reads', 'during a read'])('closes its connection when it is cancelled %s', async (when) => {
    const answer = when === 'during a read' ? stalls(jpeg.subarray(0, 500), jpeg.length) : serves(large);
    const controller = new AbortController();
    const { image, server, events } = await imageFrom(answer, { limits, signal: controller.signal });
    const reader = image.stream().getReader();
    await reader.read();
    const read = when === 'during a read' ? reader.read() : undefined;
    await reader.cancel('enough');
    await server.allGone();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(events).toMatchObject([{ type: 'attempt', code: 'ABORTED', httpStatus: 200 }]);
    if (read !== undefined) expect(await read).toEqual({ done: true, value: undefined });
  });

  it('fails with its signal also while nobody reads', async () => {
    const controller = new AbortController();
    const { image, server } = await imageFrom(serves(large), { limits, signal: controller.signal });
    const reader = image.stream().getReader();
    await reader.read();
    controller.abort('enough');
    expect(await rejection(() => reader.closed)).toMatchObject({ code: 'ABORTED', cause: 'enough', billed: 'yes', requestId: 'r1' });
    await server.allGone();
  });

  it('is work that closing waits for until its end', async () => {
    const lifetime = createLifetime(async () => {});
    const { image } = await imageFrom(serves(large), { limits, context: { track: lifetime.track } });
    const reader = image.stream().getReader();
    await reader.read();
    let isClosed = false;
    const closing = lifetime.end().then(() => (isClosed = true));
    await turn();
    expect(isClosed).toBe(false);
    await reader.cancel();
    await closing;
  });
});
