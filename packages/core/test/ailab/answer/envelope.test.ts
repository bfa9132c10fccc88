import { SlimFaceError } from '@slimface/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/ailab/answer/envelope.ts';
import { judgeAnswer, type Answer } from '../../../src/ailab/answer/judge-answer.ts';
import { createRedactor } from '../../../src/ailab/observe/redact.ts';

const read = (status: number, body: object) => readEnvelope(status, JSON.stringify(body));
const ids = { request_id: 'r1', log_id: 'l1' };
const data = { image_url: 'https://results.example/a.jpg' };

describe('a success', () => {
  it.each<[string, object]>([
    ['G0, with error_code 0', { error_code: 0, error_msg: '', data }],
    ['G0b, with an empty error_code_str', { ...ids, error_code: 0, error_code_str: '', error_msg: '', data }],
    ['G1, as it was seen live', { ...ids, error_code: 0, error_detail: { status_code: 200, code: '', code_message: '', message: '' }, data }],
    ['G1 with error_code as text', { ...ids, error_code: '0', data }],
    ['G2, without error_code', { ...ids, error_detail: { code: '', code_message: '', message: '' }, data }],
    ['G2 without error_detail', { ...ids, data }],
    ['error_detail that is null', { ...ids, error_detail: null, error_code: null, data }],
  ])('is read from %s', (_, body) => expect(read(200, body)).toMatchObject({ kind: 'success', data }));

  it('has both ids, numbers included', () => {
    expect(read(200, { request_id: 'r1', log_id: 77, data })).toEqual({ kind: 'success', data, requestId: 'r1', logId: '77' });
  });
});

describe('a refusal', () => {
  const detail = { status_code: 422, code: 'ERROR_NO_FACE_IN_FILE', code_message: 'No face', message: 'no face detected' };
  it.each<[string, number, object, object]>([
    ['G0', 400, { error_code: 422, error_msg: 'InvalidFile.Content: no face here' }, { code: 'InvalidFile.Content', errorCode: 422, message: 'InvalidFile.Content: no face here' }],
    ['G0b', 422, { ...ids, error_code: 422, error_code_str: 'FILE_CONTENT_NON_COMPLIANCE', error_msg: 'bad' }, { code: 'FILE_CONTENT_NON_COMPLIANCE', message: 'bad' }],
    ['G1', 422, { ...ids, error_code: 422, error_code_str: 'FILE_CONTENT_NON_COMPLIANCE', error_msg: 'a - b - c', error_detail: detail }, { code: detail.code, message: detail.message }],
    ['G1 under 200', 200, { ...ids, error_code: 422, error_msg: 'a', error_detail: detail }, { code: detail.code, errorCode: 422 }],
    ['G2', 422, { ...ids, error_detail: { code: detail.code, code_message: 'No face', message: '' } }, { code: detail.code, message: 'No face' }],
    ['G2 under 200', 200, { ...ids, error_detail: { code: detail.code } }, { code: detail.code, message: '' }],
    ['RapidAPI', 403, { message: 'You are not subscribed to this API.' }, { code: 'unknown', message: 'You are not subscribed to this API.' }],
    ['anything else', 500, { what: 'ever' }, { code: 'unknown', message: '' }],
  ])('is read from %s', (_, status, body, expected) => expect(read(status, body)).toMatchObject({ kind: 'refusal', ...expected }));

  it('is what an error_code makes of a body that else looks like a success', () => {
    for (const error_code of [1, '422', -1, 'nonsense', {}]) expect(read(200, { error_code, data }).kind).toBe('refusal');
  });
});

describe('a body that cannot be read', () => {
  it.each<[string, number, string, string]>([
    ['nothing', 200, '', 'an empty answer'],
    ['white space', 502, ' \r\n', 'an empty answer'],
    ['a page', 502, '<html>', 'an answer that is not JSON'],
    ['half of an object', 200, '{"data":{"image_u', 'an answer that is not JSON'],
    ['a list', 200, '[]', 'JSON that is no object'],
    ['a word', 200, '"ok"', 'JSON that is no object'],
    ['null', 200, 'null', 'JSON that is no object'],
    ['a redirect', 302, '{}', 'an answer with status 302'],
    ['an accepted job', 202, '{"data":{}}', 'an answer with status 202'],
  ])('%s', (_, status, body, reason) => expect(readEnvelope(status, body)).toMatchObject({ kind: 'unreadable', reason }));
});

describe('no answer whatsoever', () => {
  const key = 'secret-key-123';
  const question = { wanted: 'the https address of a result', sent: { slimDegree: 1, byteSize: 10 }, read: (value: unknown) => readUrl(value) };
  const readUrl = (value: unknown) => (typeof value === 'object' && value !== null && 'image_url' in value && typeof value.image_url === 'string' ? { url: value.image_url } : undefined);
  const status = fc.oneof(fc.constantFrom(200, 201, 204, 301, 302, 400, 401, 403, 404, 413, 415, 422, 429, 500, 501, 502, 503, 504), fc.integer({ min: 100, max: 599 }));
  const field = fc.constantFrom('request_id', 'log_id', 'error_code', 'error_code_str', 'error_msg', 'error_detail', 'message', 'data', 'code', 'code_message', 'image_url', '__proto__', 'constructor');
  const name = fc.constantFrom('ERROR_NO_FACE_IN_FILE', 'EXCEEDING_LIMITS', 'InvalidFile.Content: x', 'constructor', '__proto__', 'hasOwnProperty', key, `https://r.example/${key}`);
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), name, fc.dictionary(field, tie('any'))),
  })).any;
  const body = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), value.map((parsed) => JSON.stringify(parsed)), value.map((cut) => JSON.stringify(cut).slice(0, -3)), fc.dictionary(field, value).map((parsed) => JSON.stringify(parsed)));
  const end = fc.constantFrom('complete', 'cut', 'too long') satisfies fc.Arbitrary<Answer['end']>;

  it('makes a long error', () => {
    const text = JSON.stringify({ error_detail: { code: 'X'.repeat(5000), message: 'm'.repeat(50_000) }, request_id: 'r'.repeat(5000), log_id: 'l'.repeat(5000) });
    const outcome = judgeAnswer({ httpStatus: 422, text, end: 'complete', retryAfterMs: undefined }, question, createRedactor(key));
    if (outcome.ok) throw new Error('Expected a refusal');
    expect(`${outcome.error.message}${JSON.stringify(outcome.error)}`.length).toBeLessThan(2500);
  });

  it('makes it throw, or give anything but what was asked for or a SlimFaceError', () => {
    const property = fc.property(status, body, end, fc.option(fc.nat(), { nil: undefined }), fc.boolean(), (httpStatus, text, how, retryAfterMs, paid) => {
      const { sent, ...free } = question;
      const outcome = judgeAnswer({ httpStatus, text, end: how, retryAfterMs }, paid ? { ...free, sent } : free, createRedactor(key));
      if (outcome.ok) {
        expect(httpStatus).toBe(200);
        expect(typeof outcome.value.url).toBe('string');
        return;
      }
      expect(outcome.error).toBeInstanceOf(SlimFaceError);
      expect(outcome.error.stack + JSON.stringify(outcome.error)).not.toContain(key);
      expect(outcome.error.message.length).toBeLessThan(1500);
      if (!paid) expect(outcome.error.billed).toBe('no');
    });
    fc.assert(property, { numRuns: 3000 });
  });
});
