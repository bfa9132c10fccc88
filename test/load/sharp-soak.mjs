// npm run test:soak: 500 images of all kinds through one createSlimFace, 16 callers at a time, in all four forms, while some
// of them leave, come too late or run out of time. Every call has to give the very pixels that it gives when nobody else is
// there, or the error that is documented for it; and in the end nothing is left: no memory, no listener, no handle. Takes
// about a minute. `--seed N` makes another mixture.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLocalEngine } from '@slimface/engine';
import { createMemoryCache, createSlimFace } from '@slimface/sharp-plugin';
import sharp from 'sharp';
import { drawJob, nameOf, outcomeOf } from './sharp-soak-calls.mjs';
import { brokenSources, makeSources, randomFrom } from './sharp-soak-sources.mjs';

const seed = Number(process.argv[process.argv.indexOf('--seed') + 1 || Infinity] ?? 1);
const [images, rounds, callers, cacheBytes] = [500, 5, 16, 2 ** 20];
if (globalThis.gc === undefined) await runAsChild();
else await soak();

/** Runs this file once more with a garbage collector at hand, and sees to it that it ends by itself. */
async function runAsChild() {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), '--seed', String(seed)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, MALLOC_ARENA_MAX: '2' } });
  let stuck;
  child.once('message', () => {
    child.disconnect();
    stuck = setTimeout(() => child.kill('SIGKILL'), 10_000);
  });
  const [code, signal] = await once(child, 'exit');
  clearTimeout(stuck);
  assert.equal(signal, null, 'something kept the process open after engine.close()');
  process.exitCode = code;
}

async function soak() {
  const alarms = [];
  for (const event of ['unhandledRejection', 'warning']) process.on(event, (reason) => alarms.push(`${event}: ${reason?.stack ?? reason}`));
  sharp.cache(false);
  const engine = await createLocalEngine();
  const sources = await makeSources();
  const random = randomFrom(seed);
  const jobs = Array.from({ length: images }, () => drawJob(random, Object.keys(sources)));

  const started = performance.now();
  const alone = createSlimFace({ slimmer: engine, cache: { get() {}, set() {} } });
  const expected = new Map();
  for (const job of jobs) if (!expected.has(nameOf(job))) expected.set(nameOf(job), await outcomeOf(alone, job, sources, {}));
  for (const job of jobs.filter(({ onError }) => onError === 'pass-through')) {
    const untouched = { ...job, slimDegree: 0 };
    if (!expected.has(nameOf(untouched))) expected.set(nameOf(untouched), await outcomeOf(alone, untouched, sources, {}));
  }
  for (const [name, { error }] of expected) checkAlone(JSON.parse(name), error);
  console.log(`${expected.size} different calls made alone in ${seconds(started)}, ${[...expected.values()].filter(({ error }) => error).length} of them end in an error`);

  let asked = 0;
  const slimmer = { ...engine, slimPixels: (...args) => (asked++, engine.slimPixels(...args)) };
  const slimFace = createSlimFace({ slimmer, cache: createMemoryCache({ maxBytes: cacheBytes }) });
  const [patient, impatient] = [new AbortController(), new AbortController()];
  const tally = {};
  const marks = [];
  const from = performance.now();
  for (let round = 0; round < rounds; round++) {
    const due = jobs.slice((round * images) / rounds, ((round + 1) * images) / rounds).values();
    const caller = async () => {
      for (const job of due) {
        if (job === jobs[images / 2]) impatient.abort('closing time');
        const outcome = await outcomeOf(slimFace, job, sources, { patient, impatient });
        const verdict = judge(job, outcome, expected, impatient);
        tally[verdict] = (tally[verdict] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    marks.push(await restingMemory());
  }
  console.log(`${images} calls by ${callers} callers in ${seconds(from)}, the engine was asked ${asked} times:`, tally);
  await engine.close();
  marks.push(await restingMemory());
  console.table(marks.map((mark, round) => ({ after: round < rounds ? `round ${round + 1}` : 'engine.close()', ...mark })));

  assert.ok(Object.keys(tally).length >= 5 && asked > 100, 'Expected a mixture of outcomes');
  assert.equal(Object.values(tally).reduce((sum, count) => sum + count, 0), images);
  for (const { signal } of [patient, impatient]) assert.deepEqual(getEventListeners(signal, 'abort'), [], 'listeners on a shared signal');
  assert.deepEqual(alarms, []);
  // While the engine is open, its threads hold what they were sent until their own garbage is collected.
  const [first, second, ...later] = marks;
  const spare = { rss: 100, heapUsed: 2, external: 8, arrayBuffers: 60 };
  for (const [kind, more] of Object.entries(spare)) assertAtMost(kind, later.at(-2)[kind], Math.max(first[kind], second[kind]) + more);
  const held = Object.values(sources).reduce((sum, { length }) => sum + length, cacheBytes);
  assertAtMost('arrayBuffers', later.at(-1).arrayBuffers, held / 1e6 + 1);
  console.log('Every call gave its pixels or its error, and nothing leaked.');
  process.send?.('done');
}

/** A call that nothing disturbs fails for its image alone: damage, or a missing face when that was to be told. */
function checkAlone([form, source, slimDegree, , onNoFace, onError], error) {
  if (brokenSources.includes(source)) {
    const isOurs = ['buffer', 'stream'].includes(form) && slimDegree !== 0 && onError !== 'pass-through';
    assert.equal(error?.constructor.name, isOurs ? 'UnreadableImageError' : 'Error', `${source} as ${form}: ${error?.stack}`);
  } else if (facelessOf(form).includes(source) && onNoFace === 'throw' && slimDegree !== 0) {
    assert.equal(error?.code, 'NO_FACE', error?.stack);
  } else {
    assert.equal(error, undefined, error?.stack);
  }
}

/** A drawing has no face as pixels, and is no picture to slim as a file. */
function facelessOf(form) {
  return ['image', 'inPlace'].includes(form) ? ['no face', 'drawing'] : ['no face'];
}

/** Whether an outcome is right, and in which way. */
function judge(job, { pixels, error }, expected, impatient) {
  const right = expected.get(nameOf(job));
  if (pixels !== undefined) {
    if (pixels === right.pixels) return 'right pixels';
    const untouched = expected.get(nameOf({ ...job, slimDegree: 0 }));
    if (job.disturbance === 'timeout' && untouched?.pixels === pixels) return 'untouched for want of time';
  } else if (error.code === 'ABORTED') {
    const reason = { abort: job.reason, 'aborted before': job.reason, impatient: impatient.signal.reason }[job.disturbance];
    if (reason !== undefined && error.cause === reason) return 'aborted';
  } else if (error.code === 'UPSTREAM_TIMEOUT') {
    if (job.disturbance === 'timeout' && error.cause.name === 'TimeoutError') return 'out of time';
  } else if (right.error !== undefined && error.code === right.error.code && error.constructor === right.error.constructor) {
    return error.code ?? "sharp's error";
  }
  const is = pixels ?? error.stack;
  return assert.fail(`Expected the outcome of a call alone, ${right.pixels ?? right.error.stack}, but received ${is} for ${JSON.stringify(job)}`);
}

function assertAtMost(kind, mb, most) {
  assert.ok(mb <= most, `Expected at most ${most.toFixed(1)} MB of ${kind} but received ${mb} MB`);
}

/** What is held once work that nobody waits for any more has run to its end. */
async function restingMemory() {
  for (let i = 0; i < 3; i++) {
    await sleep(300);
    globalThis.gc();
  }
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const mb = (bytes) => Number((bytes / 1e6).toFixed(1));
  return { rss: mb(rss), heapUsed: mb(heapUsed), external: mb(external), arrayBuffers: mb(arrayBuffers) };
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(0)} s`;
}
