import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { json, shutGate } from '../../core/test/ailab/_fake-api/answers.ts';
import { success } from '../../core/test/ailab/_fake-api/envelopes.ts';
import { type FakeApi, resultSecret, startFakeApi } from '../../core/test/ailab/_fake-api/fake-api.ts';
import { serve } from '../../core/test/ailab/_fake-api/results.ts';
import { hashApiKey } from '../src/access/api-keys.ts';
import { listen } from '../src/http/http-server.ts';
import { buildProgram, killPrograms, type Program, startProgram, untilReady } from './_program.ts';
import { fixture, groupPhoto, guardHeader, query, type RunningGateway, slimFace, slimFaceDocument } from './_setup.ts';
import { contentType, graphqlParts, openSocket, rawBody } from './upload/_raw.ts';

let folder: string;
beforeAll(buildProgram);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-main-'));
});
afterEach(async () => {
  killPrograms();
  await rm(folder, { recursive: true });
});

const start = (env: Record<string, string> = {}, args: readonly string[] = []): Program => startProgram(folder, env, args);
const ready = (program: Program): Promise<RunningGateway> => untilReady(program, folder);

/** Begins an upload and says when its last bytes may go. */
async function beginUpload(gateway: RunningGateway): Promise<{ finish: () => void; received: () => string; closed: Promise<string> }> {
  const operations = { query: slimFaceDocument, variables: { input: { image: null } } };
  const body = rawBody(graphqlParts(operations, { 0: ['variables.input.image'] }, { 0: fixture('astronaut.png') }));
  const { socket, received, closed } = await openSocket(gateway, { 'content-length': String(body.length), 'content-type': contentType });
  socket.write(body.subarray(0, -1000));
  return { finish: () => void socket.write(body.subarray(-1000)), received, closed };
}

/** How ready it is, asked on a new connection that could be kept. */
async function readiness(gateway: RunningGateway): Promise<[status: number | undefined, connection: string | undefined]> {
  const { statusCode, headers } = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${gateway.url}/health/ready`, { agent: new Agent({ keepAlive: true }) }, (res) => resolve(res.resume())).once('error', reject);
  });
  return [statusCode, headers.connection];
}

describe('the program', () => {
  it('says where it is and who may call, slims photos, and keeps results and their URLs over a restart', async () => {
    const first = start();
    const gateway = await ready(first);
    const url: string = (await slimFace(gateway, fixture('astronaut.png'))).body.data.slimFace.url;
    expect(url.startsWith(`${gateway.url}/results/`)).toBe(true);
    const result = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect((await readdir(gateway.dataDir)).toSorted()).toEqual(['in-use.sock', 'results', 'signing-key']);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const notice = 'No API keys are set: listening on 127.0.0.1 only, for callers on this machine. SLIMFACE_API_KEYS lets others in.';
    expect(first.out()).toBe(`slimface gateway ready at ${gateway.url}/graphql\n${notice}\n`);
    expect(first.messages()).toEqual(['slimFace', 'request', 'request']);
    expect(first.err()).not.toContain('signature');

    const second = start({ SLIMFACE_PUBLIC_URL: 'http://photos.test/slim', SLIMFACE_LIMITS: 'engine' });
    const again = await ready(second);
    const kept = await fetch(url.replace(gateway.url, again.url));
    expect(result.equals(Buffer.from(await kept.arrayBuffer()))).toBe(true);
    const { body } = await slimFace(again, fixture('astronaut.png'), { slimDegree: 0 });
    expect(body.data.slimFace.url).toMatch(/^http:\/\/photos\.test\/slim\/results\//);
    const limits = await query(again, '{ imageRequirements { maxFaces maxSide } }');
    expect(limits.body.data.imageRequirements.maxFaces).toBeGreaterThan(3);
    expect(limits.body.data.imageRequirements.maxSide).toBeGreaterThan(5000);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  it('tells its version without starting', async () => {
    const version = start({ SLIMFACE_PORT: 'x' }, ['--version']);
    expect(await version.ended).toBe(0);
    expect(version.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a start that fails', () => {
  it('names a port that is in use, and the variable for another', async () => {
    const other = createServer();
    const port = new URL(await listen(other, { host: '127.0.0.1', port: 0 })).port;
    const program = start({ SLIMFACE_PORT: port });
    expect(await program.ended).toBe(1);
    expect(program.err()).toBe(`slimface gateway: 127.0.0.1:${port} is in use; set SLIMFACE_PORT to another port, or to 0 for any free one\n`);
    expect(program.out()).toBe('');
    other.close();
  });

  const faults: [name: string, code: number, env: Record<string, string>, line: string][] = [
    ['bad settings', 78, { SLIMFACE_PORT: 'http' }, 'Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "http"'],
    [
      'an address that other machines reach, without keys',
      78,
      { SLIMFACE_HOST: '0.0.0.0' },
      'Expected API keys with SLIMFACE_HOST=0.0.0.0, which other machines can reach, but received none; ' +
        'set SLIMFACE_API_KEYS or SLIMFACE_API_KEYS_FILE, or SLIMFACE_ALLOW_ANONYMOUS=1 to let anybody call',
    ],
    [
      'memory that no photo of the largest size would fit into',
      78,
      { SLIMFACE_LIMITS: 'engine', SLIMFACE_UPLOAD_MEMORY_MB: '50' },
      'Expected SLIMFACE_UPLOAD_MEMORY_MB to be at least 51 with SLIMFACE_LIMITS=engine, which accepts photos of 50 MiB, but received 50',
    ],
    ['a data folder that is a file', 1, { SLIMFACE_DATA_DIR: 'occupied' }, 'occupied cannot be used (EEXIST); set SLIMFACE_DATA_DIR to a folder that this user may write to'],
  ];
  for (const [name, code, env, line] of faults) {
    it(`ends with ${code} and one line for ${name}`, async () => {
      await writeFile(join(folder, 'occupied'), '');
      const program = start(env);
      expect(await program.ended).toBe(code);
      expect(program.err()).toBe(`slimface gateway: ${line}\n`);
      expect(program.out()).toBe('');
    });
  }

  it('names a data folder that another gateway uses; one that was killed uses none', async () => {
    const first = start();
    await ready(first);
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.err()).toBe('slimface gateway: Expected a data folder of its own but received .slimface, which another gateway uses; set SLIMFACE_DATA_DIR to another folder\n');
    first.child.kill('SIGKILL');
    await first.ended;
    await ready(start());
  });

  it('ends at a signal, also where it would never come to an end', async () => {
    // Below /proc the system says of a folder that it cannot be made, and of the one above that it is there: Node tries for ever.
    const program = start({ SLIMFACE_DATA_DIR: '/proc/slimface', SLIMFACE_MISTYPED: '1' });
    await expect.poll(() => program.messages(), { timeout: 20_000 }).toEqual(['there is no such setting']);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.out()).toBe('');
  });
});

describe('with the remote engine', () => {
  const apiKey = 'vendor-key-of-the-account';
  let api: FakeApi;
  let remote: Record<string, string>;
  beforeEach(async () => {
    api = await startFakeApi();
    api.credits.always(json(200, { data: [{ unique_sign: 'common', name: 'Universal', balance: 50, total: 50 }] }));
    api.at(new URL(api.resultUrl).pathname).always(serve(groupPhoto(2)));
    remote = { SLIMFACE_ENGINE: 'ailab', AILABAPI_API_KEY: apiKey, SLIMFACE_AILAB_URL: api.origin };
  });
  afterEach(() => api.close());

  it('downloads a result at once: clients never see where the vendor keeps it', async () => {
    const program = start({ ...remote, SLIMFACE_LOG_LEVEL: 'trace' });
    const gateway = await ready(program);
    await expect.poll(async () => (await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect(api.requests.map(({ method, headers }) => [method, headers['ailabapi-api-key']])).toEqual([['GET', apiKey]]); // the self-test costs no credits

    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 1.5 });
    expect(body.data.slimFace).toMatchObject({ __typename: 'SlimmedImage', engine: 'ailab', slimDegree: 1.5, mediaType: 'image/jpeg', byteSize: groupPhoto(2).length });
    expect(api.fetched).toHaveLength(1);
    await expect.poll(() => program.messages()).toContain('slimFace');
    const { requestId } = program.lines().find(({ msg }) => msg === 'slimFace')!;
    expect(program.lines().find(({ type, operation }) => type === 'attempt' && operation === 'slim')).toMatchObject({ requestId, upstreamRequestId: expect.any(String), upstreamLogId: expect.any(String) });
    await api.close(); // from here on only the gateway can have it
    expect(body.data.slimFace.url.startsWith(`${gateway.url}/results/`)).toBe(true);
    const response = await fetch(body.data.slimFace.url);
    expect(groupPhoto(2).equals(Buffer.from(await response.arrayBuffer()))).toBe(true);

    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    for (const secret of [apiKey, resultSecret, 'result.jpg', 'signature=']) {
      expect(`${program.out()}${program.err()}${JSON.stringify(body)}`.replaceAll(body.data.slimFace.url, '')).not.toContain(secret);
    }
  });

  it('lets callers in by their keys, from the environment and from a file and in any of the headers, and counts their photos', async () => {
    const web = 'web-key-0123456789';
    const batch = 'batch-key-0123456789';
    const unknown = 'web-key-9876543210';
    await writeFile(join(folder, 'keys'), `# of the night jobs\nbatch:${hashApiKey(batch)}\n`);
    const keys = { SLIMFACE_API_KEYS: `web:${web}`, SLIMFACE_API_KEYS_FILE: 'keys', SLIMFACE_PHOTOS_PER_MINUTE: '1' };
    const program = start({ ...remote, ...keys, SLIMFACE_LOG_LEVEL: 'trace' });
    const gateway = await ready(program);
    const send = async (headers: Record<string, string>): Promise<string> => {
      const { body } = await slimFace(gateway, fixture('astronaut.png'), {}, { headers: { ...guardHeader, ...headers } });
      return body.data.slimFace.code ?? body.data.slimFace.__typename;
    };
    expect(await send({})).toBe('UNAUTHORIZED');
    expect(await send({ 'x-api-key': unknown })).toBe('UNAUTHORIZED');
    expect(await send({ 'x-api-key': web, authorization: `Bearer ${batch}` })).toBe('UNAUTHORIZED');
    expect(await send({ 'ailabapi-api-key': web })).toBe('UNAUTHORIZED');
    expect(api.paid).toHaveLength(0);
    expect(await send({ 'x-api-key': web })).toBe('SlimmedImage');
    expect(await send({ authorization: `Bearer ${batch}` })).toBe('SlimmedImage');
    expect(await send({ authorization: `Bearer ${web}` })).toBe('RATE_LIMITED');
    const credits = (key: string): Promise<Response> => fetch(`${gateway.url}/api/common/query-credits`, { headers: { 'ailabapi-api-key': key } });
    expect((await credits(web)).status).toBe(200);
    expect((await credits(unknown)).status).toBe(401);

    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.out()).toBe(`slimface gateway ready at ${gateway.url}/graphql\n`);
    expect(program.err()).toContain('"key":"web"');
    expect(program.err()).toContain('"key":"batch"');
    for (const secret of [web, batch, hashApiKey(web), unknown, apiKey]) expect(program.err()).not.toContain(secret);
  });

  it('lets anybody call from anywhere when told so, and warns', async () => {
    const program = start({ ...remote, SLIMFACE_HOST: '0.0.0.0', SLIMFACE_ALLOW_ANONYMOUS: '1', SLIMFACE_API_KEY: 'a-key-behind-a-mistyped-name' });
    const gateway = await ready(program);
    expect((await slimFace(gateway, fixture('astronaut.png'))).body.data.slimFace.__typename).toBe('SlimmedImage');
    expect(program.out()).toContain('\nNo API keys are set: whoever reaches 0.0.0.0 may call, as SLIMFACE_ALLOW_ANONYMOUS says.\n');
    expect(program.messages().slice(0, 3)).toEqual([
      'there is no such setting',
      'anybody may call',
      'result URLs begin with an address that only this machine knows: SLIMFACE_PUBLIC_URL is not set',
    ]);
    expect(program.lines()[0]).toMatchObject({ name: 'slimface', setting: 'SLIMFACE_API_KEY' });
    expect(program.err()).not.toContain('mistyped');
  });

  describe('a signal', () => {
    it('lets what has begun be answered, an upload too, and ends with 0; Ctrl-C may bring two of them', async () => {
      const gate = shutGate();
      api.calls.always(gate.behind(success('G1', api.resultUrl)));
      const program = start(remote);
      const gateway = await ready(program);
      const answer = slimFace(gateway, fixture('astronaut.png'));
      const upload = await beginUpload(gateway);
      await expect.poll(async () => (await fetch(`${gateway.url}/metrics`)).text()).toMatch(/^slimface_queue_depth\{state="working"\} 1\nslimface_queue_depth\{state="waiting"\} 1$/m);
      program.child.kill('SIGINT');
      program.child.kill('SIGTERM');
      await expect.poll(() => readiness(gateway), { timeout: 20_000 }).toEqual([503, 'close']);
      const late = await beginUpload(gateway);
      await expect.poll(late.received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"BusyError"[^]*this one is shutting down/);
      late.finish();
      upload.finish();
      gate.open();
      expect((await answer).body.data.slimFace.__typename).toBe('SlimmedImage');
      expect(await upload.closed).toMatch(/^HTTP\/1\.1 200 [^]*"SlimmedImage"/);
      expect(await program.ended).toBe(0);
    });

    it('cuts off what is not done in time, which the log tells, and still ends with 0', async () => {
      api.credits.always(json(401, { error_code: 2, error_code_str: 'INVALID_API_KEY' }));
      api.calls.always(shutGate().behind(success('G1', api.resultUrl)));
      const program = start({ ...remote, SLIMFACE_DRAIN_SECONDS: '1' });
      const answer = slimFace(await ready(program), fixture('astronaut.png')).then(() => 'answered', () => 'cut off');
      await expect.poll(() => api.paid.length).toBe(1);
      program.child.kill('SIGTERM');
      expect(await answer).toBe('cut off');
      expect(await program.ended).toBe(0);
      const [test, ...lines] = program.lines().filter(({ type }) => type !== 'attempt');
      expect(test).toMatchObject({ msg: 'self-test failed', err: { message: expect.any(String) } });
      expect(test!['err']).not.toHaveProperty('type');
      const requestId = lines[0]?.['requestId'];
      expect(lines).toEqual([
        expect.objectContaining({ msg: 'request', requestId: expect.any(String), route: '/graphql', status: 'aborted' }),
        expect.objectContaining({ msg: 'slimFace', requestId, outcome: 'UPLOAD_INTERRUPTED' }),
        expect.objectContaining({ msg: 'what was under way has been cut off', requests: 1, seconds: 1 }),
      ]);
    });

    it('that comes again ends the program at once', async () => {
      api.calls.always(shutGate().behind(success('G1', api.resultUrl)));
      const program = start({ ...remote, SLIMFACE_DRAIN_SECONDS: '3600' });
      const gateway = await ready(program);
      const answer = slimFace(gateway, fixture('astronaut.png')).then(() => 'answered', () => 'cut off');
      await expect.poll(() => api.paid.length).toBe(1);
      program.child.kill('SIGTERM');
      await expect.poll(() => readiness(gateway), { timeout: 20_000 }).toEqual([503, 'close']);
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(143);
      expect(await answer).toBe('cut off');
    });
  });
});
