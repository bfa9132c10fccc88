import type { BusyError } from '@slimface/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Admission, createAdmission, type Place } from '../../src/admission/admission.ts';

/** Ends when the test says so. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** A photo that has its turn until it is told to end. */
function photo(admission: Admission): { readonly held: Promise<void>; end(): void } {
  const { opened, open } = gate();
  const held = admission.hold(async (place) => {
    await place.turn();
    await opened;
  });
  return { held, end: open };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('admission', () => {
  it('refuses at once whoever finds all places taken, and lets the next in when one is free', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 1 });
    const [first, second] = [photo(admission), photo(admission)];
    let worked = false;
    const refused = admission.hold(async () => void (worked = true));
    await expect(refused).rejects.toThrow('Expected at most 2 photos at a time but received one more; try again in 2 s');
    await expect(refused).rejects.toMatchObject({ code: 'BUSY', retryable: true, retryAfter: 2 });
    expect(worked).toBe(false);
    expect(admission.depth).toEqual({ working: 1, waiting: 1 });

    first.end();
    await first.held;
    await expect(admission.hold(async () => 'in')).resolves.toBe('in');
    second.end();
    await second.held;
    expect(admission.depth).toEqual({ working: 0, waiting: 0 });
  });

  it('leaves places for others, as many as the engine can work on, when one caller comes again and again', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 3 });
    const { opened, open } = gate();
    const hold = (countedAs: string): Promise<void> => admission.hold(() => opened, { countedAs });
    const held = [hold('a'), hold('a'), hold('a')];
    await expect(hold('a')).rejects.toThrow('Expected at most 3 photos at a time but received one more');
    held.push(hold('b'));
    await expect(hold('c')).rejects.toThrow('Expected at most 4 photos at a time but received one more');
    open();
    await Promise.all(held);
    await Promise.all([hold('a'), hold('a'), hold('a')]);
  });

  it('leaves no places for others that a caller alone can use', async () => {
    const admission = createAdmission({ capacity: 2, queueLength: 1, maxImages: 3 });
    const { opened, open } = gate();
    const held = Array.from({ length: 3 }, () => admission.hold(() => opened, { countedAs: 'a' }));
    open();
    await Promise.all(held);
  });

  it('tells to come back after as long as the photos that are in will take', async () => {
    const admission = createAdmission({ capacity: 2, queueLength: 6 });
    const retryAfter = async (): Promise<number | undefined> => {
      const held = Array.from({ length: 8 }, () => photo(admission));
      const error: unknown = await admission.hold(async () => {}).catch((reason: unknown) => reason);
      for (const { end } of held) end();
      await Promise.all(held.map(({ held: ended }) => ended));
      return (error as BusyError).retryAfter;
    };
    expect(await retryAfter()).toBe(4); // nothing is known yet: 1 s for each photo
    for (let i = 0; i < 5; i++) await retryAfter(); // of photos that take no time
    expect(await retryAfter()).toBe(1);
  });

  it('tells to come back within a minute, however long the queue is', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 999 });
    const held = Array.from({ length: 1000 }, () => photo(admission));
    await expect(admission.hold(async () => {})).rejects.toMatchObject({ retryAfter: 60 });
    for (const { end } of held) end();
    await admission.idle();
  });

  it('gives a turn on as soon as the photo is done with the engine, not when its result is stored', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 1 });
    const stored = gate();
    const first = admission.hold(async (place) => {
      await place.turn();
      await place.turn(); // has it
      place.done();
      place.done(); // gives one turn on, not two
      await stored.opened;
    });
    const second = photo(admission);
    await settle();
    expect(admission.depth).toEqual({ working: 1, waiting: 1 });
    stored.open();
    await first;
    second.end();
    await second.held;
    expect(admission.depth).toEqual({ working: 0, waiting: 0 });
  });

  it('lets whoever leaves out of the queue at once, with the reason as the cause', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 2 });
    const first = photo(admission);
    const controller = new AbortController();
    const leaving = admission.hold((place) => place.turn(controller.signal));
    const third = photo(admission);
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(leaving).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect(admission.depth).toEqual({ working: 1, waiting: 1 });
    await expect(admission.hold((place) => place.turn(AbortSignal.abort(reason)))).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    for (const { end } of [first, third]) end();
    await admission.idle();
    expect(admission.depth).toEqual({ working: 0, waiting: 0 });
  });

  it('keeps no place for work that ends without waiting for its turn', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 1 });
    const first = photo(admission);
    await admission.hold(async (place) => void place.turn());
    first.end();
    await first.held;
    await settle();
    expect(admission.depth).toEqual({ working: 0, waiting: 0 });
  });

  it('closed, refuses and lets those that are in finish', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 1 });
    const [working, waiting] = [photo(admission), photo(admission)];
    admission.close();
    await expect(admission.hold(async () => {})).rejects.toThrow('Expected a gateway that takes photos but this one is shutting down; try again in 2 s');
    let idle = false;
    const ended = admission.idle().then(() => (idle = true));
    working.end();
    await working.held;
    await settle();
    expect(idle).toBe(false);
    waiting.end();
    await Promise.all([waiting.held, ended]);
    await admission.idle();
  });

  it('holds its promises whoever comes, leaves or fails, in whatever order', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ what: 'come', which: 0 } as const) },
      { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('end', 'fail', 'abort', 'done'), which: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.constant({ what: 'settle', which: 0 } as const) },
    );
    const settings = { capacity: fc.integer({ min: 1, max: 3 }), queueLength: fc.integer({ min: 0, max: 5 }) };

    await fc.assert(
      fc.asyncProperty(fc.record(settings), fc.array(step, { maxLength: 60 }), async ({ capacity, queueLength }, steps) => {
        const admission = createAdmission({ capacity, queueLength });
        const photos: Visitor[] = [];
        const begun: number[] = [];
        let most = 0;
        for (const { what, which } of steps) {
          const { working, waiting } = admission.depth;
          if (what === 'settle') await settle();
          else if (what !== 'come') photos[which]?.[what]();
          else {
            const visitor = visit(admission, () => {
              begun.push(photos.indexOf(visitor));
              most = Math.max(most, photos.filter(({ atWork }) => atWork()).length);
            });
            photos.push(visitor);
            expect(visitor.entered()).toBe(working + waiting < capacity + queueLength);
          }
        }
        for (const { end } of photos) end();
        await Promise.all(photos.map(({ left }) => left));

        expect(most).toBeLessThanOrEqual(capacity);
        expect(begun).toEqual(begun.toSorted((a, b) => a - b));
        await settle();
        expect(admission.depth).toEqual({ working: 0, waiting: 0 });
        const full = Array.from({ length: capacity + queueLength }, () => photo(admission));
        await settle();
        expect(admission.depth).toEqual({ working: capacity, waiting: queueLength });
        for (const { end } of full) end();
        await admission.idle();
      }),
      { numRuns: 300 },
    );
  });
});

/** A photo that does whatever the property wants. */
interface Visitor {
  entered(): boolean;
  atWork(): boolean;
  end(): void;
  fail(): void;
  abort(): void;
  done(): void;
  readonly left: Promise<unknown>;
}

function visit(admission: Admission, onTurn: () => void): Visitor {
  const { opened, open } = gate();
  const controller = new AbortController();
  let place: Place | undefined;
  let atWork = false;
  let failed = false;
  const done = (): void => {
    atWork = false;
    place?.done();
  };
  const held = admission.hold(async (own) => {
    place = own;
    await own.turn(controller.signal);
    atWork = true;
    onTurn();
    await opened;
    atWork = false;
    if (failed) throw new Error('failed');
  });
  return {
    entered: () => place !== undefined,
    atWork: () => atWork,
    end: open,
    fail() {
      failed = true;
      open();
    },
    abort: () => controller.abort(),
    done: () => void (atWork && done()),
    left: held.catch(() => {}),
  };
}
