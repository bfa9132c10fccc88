import { inspect } from 'node:util';
import { AbortedError, ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startDownload } from '../../../src/ailab/result/download.ts';
import type { RemoteResult } from '../../../src/ailab/result/download-failures.ts';
import type { FetchContext } from '../../../src/ailab/result/download-tries.ts';
import { startDeadline } from '../../../src/ailab/pacing/deadline.ts';
import type { Failure, Outcome } from '../../../src/ailab/pacing/retry.ts';
import { picture } from '../../_images.ts';
import { turn } from '../../_streams.ts';
import { apiKey, fetchContext, secretPath, slimmingAt, type FetchContextOptions } from './_fetch-context.ts';
import { hangsUp, inTurn, redirects, refuses, serves, stalls, startResultServer, type Answer } from './_result-server.ts';

const jpeg = await picture(300, 200).jpeg({ quality: 95 }).toBuffer();
const png = await picture(60, 40).png().toBuffer();
const never = new AbortController().signal;

/** Reads to the end or to a failure. */
async function readAll(result: RemoteResult, context: FetchContext, signal: AbortSignal = never) {
  const download = startDownload(result, context);
  const chunks: Uint8Array[] = [];
  for (;;) {
    const outcome: Outcome<Uint8Array | undefined> = await download.next(signal);
    const { httpStatus, bytesReceived } = download;
    if (!outcome.ok) return { failure: outcome, httpStatus, bytesReceived };
    if (outcome.value === undefined) return { bytes: Buffer.concat(chunks), httpStatus, bytesReceived };
    chunks.push(outcome.value);
  }
}

/** Fetches from a server that answers like that. */
async function fetchFrom(answer: Answer, options: FetchContextOptions = {}, signal?: AbortSignal) {
  const server = await startResultServer(answer);
  const context = fetchContext({ apiOrigin: server.origin, ...options });
  return { ...(await readAll(slimmingAt(server.origin), context, signal)), server };
}

/** The parts of a failure that callers and the retries decide by. */
function judged({ error, retry, retryAfterMs }: Failure) {
  const { message, retryable, billed, requestId, logId } = error;
  return { name: error.name, message, retryable, billed, requestId, logId, retry, retryAfterMs };
}

/** A failure after which the result was not there, with everything that is always so. */
function unavailable(message: string, retry: 'never' | 'backoff' = 'backoff', retryAfterMs?: number) {
  return { name: 'ResultUnavailableError', message, retryable: retry === 'backoff', billed: 'yes', requestId: 'r1', logId: 'l1', retry, retryAfterMs };
}

const unhandled: unknown[] = [];
beforeEach(() => {
  unhandled.length = 0;
  const collect = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', collect);
  process.on('uncaughtExceptionMonitor', collect);
  onTestFinished(async () => {
    await turn();
    process.off('unhandledRejection', collect);
    process.off('uncaughtExceptionMonitor', collect);
    expect(unhandled).toEqual([]);
  });
});

describe('a download', () => {
  it('gives the bytes of a JPEG or PNG, whatever they are called', async () => {
    for (const bytes of [jpeg, png]) {
      const seen = await fetchFrom(serves(bytes, { 'content-type': 'application/octet-stream' }));
      expect(seen.bytes?.equals(bytes)).toBe(true);
      expect(seen).toMatchObject({ httpStatus: 200, bytesReceived: bytes.length });
    }
  });

  it('asks with nothing that says who asks', async () => {
    const { server } = await fetchFrom(serves(jpeg));
    expect(server.requests).toEqual([{ url: secretPath, headers: { host: `127.0.0.1:${server.port}`, connection: 'keep-alive', accept: 'image/*', 'accept-encoding': 'identity' } }]);
  });

  it('takes a result that comes byte by byte, without a length, or until the connection ends', async () => {
    const drip: Answer = (_, response) => {
      response.writeHead(200);
      for (let at = 0; at < 40; at++) response.write(jpeg.subarray(at, at + 1));
      response.end(jpeg.subarray(40));
    };
    const close: Answer = (_, response) => {
      response.socket!.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), jpeg]));
    };
    for (const answer of [drip, close]) expect((await fetchFrom(answer)).bytes?.equals(jpeg)).toBe(true);
  });

  it('keeps the connection for the next one', async () => {
    const server = await startResultServer(serves(jpeg));
    const context = fetchContext({ apiOrigin: server.origin });
    for (let i = 0; i < 3; i++) {
      expect((await readAll(slimmingAt(server.origin), context)).bytes?.equals(jpeg)).toBe(true);
      await turn(); // undici leaves a socket alone for that long
    }
    expect(server.openSockets()).toBe(1);
  });

  it('sends its request with the first call, not before', async () => {
    const server = await startResultServer(serves(jpeg));
    startDownload(slimmingAt(server.origin), fetchContext({ apiOrigin: server.origin })).cancel();
    await turn();
    expect(server.requests).toEqual([]);
  });
});

describe('an image that is fine', () => {
  const images: [name: string, bytes: Promise<Buffer>][] = [
    ['a JPEG of 1 x 1 px', picture(1, 1).jpeg().toBuffer()],
    ['a JPEG of 640 x 480 px', picture(640, 480).jpeg({ quality: 100 }).toBuffer()],
    ['a progressive JPEG', picture(200, 150).jpeg({ progressive: true }).toBuffer()],
    ['a JPEG with EXIF and a profile', picture(200, 150).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['a PNG of 1 x 1 px', picture(1, 1).png().toBuffer()],
    ['a PNG of 300 x 300 px', picture(300, 300).png().toBuffer()],
    ['an interlaced PNG', picture(200, 150).png({ progressive: true }).toBuffer()],
  ];
  it.each(images)('is never refused: %s', async (_, image) => {
    const bytes = await image;
    for (const trailer of [0, 1, 200_000]) {
      const padded = Buffer.concat([bytes, Buffer.alloc(trailer)]);
      expect((await fetchFrom(serves(padded), { limits: { maxResultBytes: padded.length } })).bytes?.equals(padded), `${trailer} bytes of padding`).toBe(true);
    }
  });
});

describe('an image that is not whole', () => {
  it.each([
    ['JPEG', jpeg],
    ['PNG', png],
  ])('is refused although its length is right: %s', async (_, bytes) => {
    const half = bytes.subarray(0, bytes.length >> 1);
    const { failure, server } = await fetchFrom(serves(half));
    expect(judged(failure!)).toEqual(unavailable(`Expected a whole image from 127.0.0.1:${server.port} but it is cut off after ${half.length} bytes`));
  });

  it('is refused when the connection broke', async () => {
    const { failure, server, bytesReceived, httpStatus } = await fetchFrom(hangsUp(jpeg.subarray(0, 1000), jpeg.length));
    expect(judged(failure!)).toEqual(unavailable(`Expected the result from 127.0.0.1:${server.port} but the connection failed (UND_ERR_SOCKET)`));
    expect({ bytesReceived, httpStatus }).toEqual({ bytesReceived: 1000, httpStatus: 200 });
    await server.allGone();
  });
});

describe('something else than an image', () => {
  it.each([
    ['a page', '<!doctype html><title>Sorry</title>', 'text/html; charset=utf-8', 'text/html'],
    ['a page that claims to be an image', '<html>', 'image/jpeg', 'bytes of no known image format'],
    ['bytes without a type', 'nothing known', '', 'bytes of no known image format'],
    ['a type that repeats the key', 'nothing known', `text/${apiKey}`, 'text/[key]'],
    ['an odd type', 'nothing known', 'https://x/secret', 'bytes of no known image format'],
    ['a GIF', 'GIF89a........................', 'image/jpeg', 'image/gif'],
    ['a WebP', 'RIFF1234WEBPVP8 ', 'image/webp', 'image/webp'],
    ['nothing', '', 'image/jpeg', '0 bytes'],
    ['a part of a signature', '\x89P', 'image/png', 'bytes of no known image format'],
  ])('is refused and may pass: %s', async (_, text, type, received) => {
    const { failure, server } = await fetchFrom(serves(Buffer.from(text, 'latin1'), { 'content-type': type }));
    expect(judged(failure!)).toEqual(unavailable(`Expected a JPEG or PNG from 127.0.0.1:${server.port} but received ${received}`));
  });

  it('is not read to its end', async () => {
    const endless: Answer = (_, response) => {
      const more = (): void => void (response.destroyed || response.write('<p>and so on</p>'.repeat(1000), more));
      more();
    };
    const { failure, server } = await fetchFrom(endless);
    expect(failure!.error.message).toContain('received bytes of no known image format');
    await server.allGone();
  });
});

describe('a result that is too large', () => {
  const limits = { maxResultBytes: jpeg.length - 1 };

  it('is refused by its length, before any of it is read', async () => {
    const { failure, server, bytesReceived } = await fetchFrom(serves(jpeg), { limits });
    expect(judged(failure!)).toEqual(
      unavailable(`Expected a result of at most ${jpeg.length - 1} bytes from 127.0.0.1:${server.port} but received ${jpeg.length} bytes`, 'never'),
    );
    expect(bytesReceived).toBe(0);
  });

  it('is refused by counting when it does not say its length', async () => {
    const endless: Answer = (_, response) => {
      const block = Buffer.alloc(10_000);
      const more = (): void => void (response.destroyed || response.write(block, more));
      response.write(jpeg, more);
    };
    const { failure, server, bytesReceived } = await fetchFrom(endless, { limits: { maxResultBytes: 200_000 } });
    expect(judged(failure!)).toEqual(unavailable(`Expected a result of at most 200000 bytes from 127.0.0.1:${server.port} but received more`, 'never'));
    expect(bytesReceived).toBeLessThan(400_000);
    await server.allGone();
  });

  it('may have exactly as many bytes as are allowed', async () => {
    expect((await fetchFrom(serves(jpeg), { limits: { maxResultBytes: jpeg.length } })).bytes?.equals(jpeg)).toBe(true);
  });
});

describe('an answer with another status', () => {
  it.each([
    [500, 'backoff'],
    [502, 'backoff'],
    [503, 'backoff'],
    [504, 'backoff'],
    [599, 'backoff'],
    [429, 'backoff'],
    [408, 'backoff'],
    [204, 'backoff'],
    [206, 'backoff'],
    [304, 'never'],
    [400, 'never'],
    [401, 'never'],
    [405, 'never'],
    [451, 'never'],
  ] as const)('%i: %s', async (status, retry) => {
    const { failure, server, httpStatus } = await fetchFrom(refuses(status));
    expect(judged(failure!)).toEqual(unavailable(`Expected the result from 127.0.0.1:${server.port} but received status ${status}`, retry));
    expect(httpStatus).toBe(status);
  });

  it('may say when to come again', async () => {
    const { failure } = await fetchFrom(refuses(503, '', { 'retry-after': '7' }));
    expect(failure).toMatchObject({ retry: 'backoff', retryAfterMs: 7000 });
    const lag = await fetchFrom(refuses(404, '', { 'retry-after': '2' }));
    expect(lag.failure).toMatchObject({ retry: 'backoff', retryAfterMs: 2000 });
  });

  it.each([
    [410, '', 'never'],
    [404, '', 'backoff'],
    [403, '<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>', 'never'],
    [403, '<?xml version="1.0"?><Error><Code>ExpiredToken</Code><Message>The token has EXPIRED</Message></Error>', 'never'],
  ] as const)('%i "%s" means that the result is gone (%s)', async (status, text, retry) => {
    const before = Date.now();
    const { failure, server } = await fetchFrom(refuses(status, text));
    const { error } = failure!;
    expect(error).toBeInstanceOf(ResultExpiredError);
    expect(judged(failure!)).toMatchObject({ retryable: false, billed: 'yes', requestId: 'r1', logId: 'l1', retry });
    const { expiredAt, url } = error as ResultExpiredError;
    expect(url).toBe(server.origin + secretPath);
    // Its time was not over, so it went some time before now.
    expect(expiredAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(expiredAt.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['<Error><Code>SignatureDoesNotMatch</Code><StringToSign>/secret</StringToSign></Error>', 'status 403 (SignatureDoesNotMatch)'],
    ['go away', 'status 403'],
    ['', 'status 403'],
    [`<Code>${'x'.repeat(41)}</Code>`, 'status 403'],
    [`<Code>${secretPath}</Code>`, 'status 403'],
    [`<Code>${apiKey}</Code>`, 'status 403'],
    // Behind the first 2 KB nobody looks.
    [`${' '.repeat(2048)}expired`, 'status 403'],
  ])('403 "%s" means that the result is refused for good', async (text, received) => {
    const { failure, server } = await fetchFrom(refuses(403, text));
    expect(judged(failure!)).toEqual(unavailable(`Expected the result from 127.0.0.1:${server.port} but received ${received}`, 'never'));
  });

  it.each([403, 404, 500])('%i with a body that never ends leaves nothing open', async (status) => {
    const endless: Answer = (_, response) => {
      response.writeHead(status);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(10_000), more));
      more();
    };
    const { failure, server } = await fetchFrom(endless);
    expect(failure!.ok).toBe(false);
    await server.allGone();
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
    const { bytes, server } = await fetchFrom(inTurn(redirects('/moved?to=1#here', status), serves(jpeg)));
    expect(bytes?.equals(jpeg)).toBe(true);
    expect(server.requests.map(({ url }) => url)).toEqual([secretPath, '/moved?to=1']);
  });

  it('is followed three times, with the same headers, and not a fourth time', async () => {
    const hops = [1, 2, 3].map((i) => redirects(`/hop${i}`));
    const { bytes, server } = await fetchFrom(inTurn(...hops, serves(jpeg)));
    expect(bytes?.equals(jpeg)).toBe(true);
    expect(new Set(server.requests.map(({ headers }) => JSON.stringify(headers))).size).toBe(1);

    const tooMany = await fetchFrom(redirects('/again'));
    expect(judged(tooMany.failure!)).toEqual(unavailable('Expected at most 3 redirects to the result but received more', 'never'));
    expect(tooMany.server.requests).toHaveLength(4);
  });

  it.each([
    ['http://127.0.0.1:1/secret', 'its address begins with http: and not with https:'],
    ['https://127.0.0.1:1/secret', '127.0.0.1 is not a public host (see allowPrivateHosts)'],
    ['https://2130706433/secret', '127.0.0.1 is not a public host (see allowPrivateHosts)'],
    ['//localhost/secret', 'its address begins with http: and not with https:'],
    ['https://localhost/secret', 'localhost is not a public host (see allowPrivateHosts)'],
    ['https://user:pass@example.com/secret', 'its address on example.com holds a user name or a password'],
    ['file:///etc/secret', 'its address begins with file: and not with https:'],
    ['https://[', 'its address cannot be read'],
  ])('to %s is refused after one request', async (location, objection) => {
    const { failure, server } = await fetchFrom(redirects(location));
    expect(judged(failure!)).toEqual(unavailable(`Expected a result that may be fetched but ${objection}`, 'never'));
    expect(server.requests).toHaveLength(1);
  });

  it('without an address is refused', async () => {
    const { failure } = await fetchFrom(refuses(302));
    expect(judged(failure!)).toEqual(unavailable('Expected a result that may be fetched but its address cannot be read', 'never'));
  });

  it('to a host that is not on the list is refused', async () => {
    const { failure, server } = await fetchFrom(redirects('https://example.com/x'), { resultHosts: ['*.example.com'] });
    expect(failure!.error.message).toBe('Expected a result that may be fetched but example.com is not among resultHosts');
    expect(server.requests).toHaveLength(1);
  });

  it('leaves no connection behind, whatever its body is', async () => {
    const endless: Answer = (_, response) => {
      response.writeHead(302, { location: 'https://127.0.0.1/' });
      const more = (): void => void (response.destroyed || response.write('x'.repeat(10_000), more));
      more();
    };
    await (await fetchFrom(endless)).server.allGone();
  });
});

describe('a host that may not be asked', () => {
  it.each([
    ['http://example.com', 'its address begins with http: and not with https:'],
    ['https://10.0.0.1', '10.0.0.1 is not a public host (see allowPrivateHosts)'],
    ['no address', 'its address cannot be read'],
  ])('is not connected to: %s', async (origin, objection) => {
    const { failure, httpStatus } = await readAll(slimmingAt(origin), fetchContext());
    expect(judged(failure!)).toEqual(unavailable(`Expected a result that may be fetched but ${objection}`, 'never'));
    expect(httpStatus).toBeUndefined();
  });

  it('is found out by what its name stands for, before anything is sent', async () => {
    const server = await startResultServer(serves(jpeg));
    const context = fetchContext();
    // Rules that let the name pass, as they do with any name that looks public.
    const hosts = { ...context.hosts, check: () => undefined };
    const { failure } = await readAll(slimmingAt(`http://localhost:${server.port}`), { ...context, hosts });
    expect(judged(failure!)).toEqual(unavailable(`Expected a result that may be fetched but localhost:${server.port} stands for an address that is not public`, 'never'));
    expect(server.allSockets()).toBe(0);
    expect(server.requests).toEqual([]);
  });
});

describe('a connection that fails', () => {
  it('is told by its code', async () => {
    const server = await startResultServer((request) => void request.socket.destroy());
    const { failure } = await readAll(slimmingAt(server.origin), fetchContext({ apiOrigin: server.origin }));
    expect(judged(failure!)).toEqual(unavailable(`Expected the result from 127.0.0.1:${server.port} but the connection failed (UND_ERR_SOCKET)`));
  });

  it('may not come about at all', async () => {
    const apiOrigin = 'http://127.0.0.1:1';
    const { failure } = await readAll(slimmingAt(apiOrigin), fetchContext({ apiOrigin }));
    expect(judged(failure!)).toEqual(unavailable('Expected the result from 127.0.0.1:1 but the connection failed (ECONNREFUSED)'));
  });

  it('may speak something else than HTTP', async () => {
    const server = await startResultServer((request) => void request.socket.end('SSH-2.0-server\r\n'));
    const { failure } = await readAll(slimmingAt(server.origin), fetchContext({ apiOrigin: server.origin }));
    expect(judged(failure!)).toEqual(unavailable(`Expected the result from 127.0.0.1:${server.port} but the connection failed (HTTPParserError)`));
  });
});

describe('the signal', () => {
  const silences: [name: string, answer: Answer][] = [
    ['before the answer', stalls()],
    ['in the head of the result', stalls(jpeg.subarray(0, 5))],
    ['in the middle of the result', stalls(jpeg.subarray(0, 500), jpeg.length)],
    ['in the body of a refusal', (_, response) => void response.writeHead(403, { 'content-length': 100 }).write('<')],
  ];

  it.each(silences)('ends a wait %s, and the connection with it', async (_, answer) => {
    const reason = new Error('the client left');
    const controller = new AbortController();
    const server = await startResultServer((request, response, count) => {
      answer(request, response, count);
      setTimeout(() => controller.abort(reason), 5);
    });
    const { failure } = await readAll(slimmingAt(server.origin), fetchContext({ apiOrigin: server.origin }), controller.signal);
    expect(failure!.error).toBeInstanceOf(AbortedError);
    expect(failure!.error.cause).toBe(reason);
    expect(judged(failure!)).toMatchObject({ billed: 'yes', requestId: 'r1', logId: 'l1', retryable: false, retry: 'never' });
    await server.allGone();
  });

  it.each(silences)('that is up ends a wait %s, and another try may help', async (_, answer) => {
    const server = await startResultServer(answer);
    const deadline = startDeadline(15, 'the result', never);
    const { failure } = await readAll(slimmingAt(server.origin), fetchContext({ apiOrigin: server.origin, limits: { downloadTimeoutMs: 15 } }), deadline.signal);
    expect(judged(failure!)).toEqual(unavailable(`Expected the result from 127.0.0.1:${server.port} but its bytes did not come within 15 ms`));
    await server.allGone();
  });

  it('is looked at before anything is sent', async () => {
    const { failure, server } = await fetchFrom(serves(jpeg), {}, AbortSignal.abort());
    expect(failure!.error).toBeInstanceOf(AbortedError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.allSockets()).toBe(0);
  });

  it('ends a wait for a connection', async () => {
    const context = fetchContext({ apiOrigin: 'http://127.0.0.1:1' });
    const controller = new AbortController();
    const hosts = { ...context.hosts, connect: () => new Promise<never>(() => setImmediate(() => controller.abort('enough'))) };
    const { failure } = await readAll(slimmingAt('http://127.0.0.1:1'), { ...context, hosts }, controller.signal);
    expect(failure!.error).toMatchObject({ code: 'ABORTED', cause: 'enough' });
  });
});

describe('no failure shows the address', () => {
  const answers: [name: string, answer: Answer][] = [
    ['status', refuses(500)],
    ['gone', refuses(410)],
    ['echo of the path', (request, response) => void response.writeHead(403).end(`<Code>X</Code>${request.url}`)],
    ['redirect', redirects(`https://10.0.0.1${secretPath}`)],
    ['page', serves(Buffer.from('<html>'), { 'content-type': 'text/html' })],
    ['broken', hangsUp(jpeg.subarray(0, 100), jpeg.length)],
    ['no HTTP', (request) => void request.socket.end(`HTTP/1.1 200 ${secretPath}\0\r\n\r\n`)],
  ];

  it.each(answers)('%s', async (_, answer) => {
    const { failure, server } = await fetchFrom(answer);
    const { error } = failure!;
    expect([ResultUnavailableError.code, ResultExpiredError.code]).toContain(error.code);
    expect((error as ResultUnavailableError).url).toBe(server.origin + secretPath);
    expect(error.cause).toBeUndefined();
    for (const shown of [error.message, String(error.stack), inspect(error, { depth: 9 }), JSON.stringify(error), JSON.stringify({ ...error })]) expect(shown).not.toMatch(/pr1vate|s1gned|faceBody/);
  });
});

