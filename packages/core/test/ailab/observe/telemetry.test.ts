import { NoFaceError } from '@slimface/core';
import { expect, it } from 'vitest';
import { trace } from '../../../src/ailab/observe/telemetry.ts';
import { collectSpans } from './_exporter.ts';

const exporter = collectSpans();

it('puts work into spans, one within the other', async () => {
  const value = await trace('outer', { a: 1, b: undefined }, async ({ note }) => {
    await trace('inner', {}, async () => {});
    note({ c: 'later', d: undefined });
    return 'done';
  });
  expect(value).toBe('done');
  const [inner, outer] = exporter.getFinishedSpans();
  expect(outer).toMatchObject({ name: 'outer', attributes: { a: 1, c: 'later' }, kind: 2 });
  expect(inner).toMatchObject({ name: 'inner', parentSpanContext: { spanId: outer!.spanContext().spanId } });
});

it('marks a span with what went wrong', async () => {
  await expect(trace('slim', {}, () => Promise.reject(new NoFaceError()))).rejects.toThrow(NoFaceError);
  expect(exporter.getFinishedSpans()[0]).toMatchObject({
    attributes: { 'error.type': 'NO_FACE' },
    status: { code: 2, message: 'Expected a photo with at least 1 face but found 0' },
  });
});
