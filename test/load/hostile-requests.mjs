import { readFileSync } from 'node:fs';
import { boundary, declared, endless, fileStart, get, json, lines, multipart, part, photoRequest, png, query, raw, rest, restFile, restFileStart, slimDocument, slow } from './wire.mjs';

const photo = readFileSync(new URL('../../fixtures/astronaut.png', import.meta.url));
const two = 'mutation ($a: Upload!, $b: Upload!) { a: slimFace(input: { image: $a }) { __typename ... on SlimFaceError { code } } b: slimFace(input: { image: $b }) { __typename ... on SlimFaceError { code } } }';

/**
 * @param {{ url: string }} result address of a result that is there
 * @returns each request as the chunks to write, the statuses that it may get, what the answer must say, and within how many ms
 */
export function hostileRequests({ url }) {
  const { pathname, searchParams } = new URL(url);
  const [expires, signature] = ['expires', 'signature'].map((name) => searchParams.get(name));
  const rightful = `?expires=${expires}&signature=${signature}`;
  const otherId = pathname.replace(/[0-9a-f]{4}/, (digits) => (digits === 'ffff' ? '0000' : 'ffff'));
  return [
    // What `map` can do to `variables`.
    multipart('a map that would make a list of 30 million', { operations: { query: slimDocument, variables: { image: null, list: [] } }, map: { 0: ['variables.list.30000000'] } }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('a map into a prototype', { operations: { query: slimDocument, variables: { image: null } }, map: { 0: ['variables.__proto__.x'] } }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('a map to the query itself', { operations: { query: slimDocument, variables: { image: null } }, map: { 0: ['query'] } }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('one file for two places', { operations: { query: two, variables: { a: null, b: null } }, map: { 0: ['variables.a', 'variables.b'] } }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('two files for one place', { operations: { query: slimDocument, variables: { image: null } }, map: { 0: ['variables.image'], 1: ['variables.image'] }, files: ['0', '1'] }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('a map of 2 000 files', { operations: { query: slimDocument, variables: { image: null } }, map: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [i, [`variables.image`]])) }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('2 000 files for 2 000 places', { operations: { query: slimDocument, variables: { image: Array.from({ length: 2000 }, () => null) } }, map: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [i, [`variables.image.${i}`]])) }, [200, 400, 413], /errors/),
    multipart('variables of 5 000 levels', { operations: `{"query":"{ __typename }","variables":{"x":${'['.repeat(5000)}${']'.repeat(5000)}}}`, map: {} }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('operations that are no JSON', { operations: '{"query":', map: {} }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('operations that are a number', { operations: '7', map: {} }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('a list of operations', { operations: `[${Array.from({ length: 500 }, () => '{"query":"{ __typename }"}').join(',')}]`, map: {} }, 400, /BAD_MULTIPART_REQUEST/),

    // Parts.
    raw('map before operations', [part('map', '{"0":["variables.image"]}'), part('operations', JSON.stringify({ query: slimDocument, variables: { image: null } }))], 400, /BAD_MULTIPART_REQUEST/),
    raw('no operations at all', [part('other', 'x')], 400, /BAD_MULTIPART_REQUEST/),
    raw('nothing but the closing boundary', [], 400, /BAD_MULTIPART_REQUEST/),
    multipart('a part that comes twice', { operations: { query: slimDocument, variables: { image: null } }, map: { 0: ['variables.image'] }, files: ['0', '0'] }, [200, 400], /BAD_MULTIPART_REQUEST|UPLOAD_INTERRUPTED|SlimmedImage/),
    multipart('a part that nobody asked for', { operations: { query: slimDocument, variables: { image: null } }, map: { 0: ['variables.image'] }, files: ['x', '0'] }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('a file that never comes', { operations: { query: slimDocument, variables: { image: null } }, map: { 0: ['variables.image'] }, files: [] }, 400, /BAD_MULTIPART_REQUEST/),
    multipart('operations of 1 MB', { operations: { query: `${slimDocument}#${'x'.repeat(2 ** 20)}`, variables: { image: null } }, map: { 0: ['variables.image'] } }, [400, 413], /BAD_MULTIPART_REQUEST|PAYLOAD_TOO_LARGE/),
    raw('a part header of 200 kB', [`--${boundary}\r\ncontent-disposition: form-data; name="${'x'.repeat(200_000)}"\r\n\r\nx\r\n`], 400, /BAD_MULTIPART_REQUEST/),
    raw('3 000 parts', Array.from({ length: 3000 }, (_, i) => part(`p${i}`, 'x')), 400, /BAD_MULTIPART_REQUEST/),
    { ...raw('no boundary in the content type', [part('operations', '{}')], 400, /BAD_MULTIPART_REQUEST/, { 'content-type': 'multipart/form-data' }) },
    raw('a boundary that never shows up', ['x'.repeat(100_000)], 400, /BAD_MULTIPART_REQUEST/, {}, { end: '' }),
    raw('2 MB before the first boundary', ['x'.repeat(2_000_000), '\r\n', fileStart(slimDocument)], 413, /PAYLOAD_TOO_LARGE/),
    raw('a body of no bytes', [], 400, /BAD_MULTIPART_REQUEST/, {}, { end: '' }),
    raw('delimiters that almost are, all over 3 MB', [fileStart(slimDocument), `\r\n--${boundary.slice(0, -1)}`.repeat(60_000), '\r\n'], 200, /UNSUPPORTED_FORMAT|UNREADABLE_IMAGE/),
    declared('a body that says it has 1 TB', 10 ** 12, 413, /PAYLOAD_TOO_LARGE/),
    endless('a chunked part without end', '/graphql', fileStart(slimDocument), [200, 413], /PAYLOAD_TOO_LARGE|FILE_TOO_LARGE/),
    slow('a body that stops half-way', '/graphql', fileStart(slimDocument), [200, 400], /UPLOAD_INTERRUPTED/),

    // Documents.
    query('1 000 aliases', `{ ${Array.from({ length: 1000 }, (_, i) => `a${i}: __typename`).join(' ')} }`, 200),
    query('1 000 aliases of one mutation', `mutation ($image: Upload!) { ${Array.from({ length: 1000 }, (_, i) => `a${i}: slimFace(input: { image: $image }) { __typename }`).join(' ')} }`, 200),
    query('1 000 levels', `{ ${'node(id: "x") { ... on SlimmedImage { faces { box { '.repeat(250)}x${' } } } }'.repeat(250)} }`, 200),
    query('50 000 levels that do not end', `{ ${'a { '.repeat(50_000)}`, 200),
    query('fragments of fragments, 2 to the 30', `query { ...f0 } ${Array.from({ length: 30 }, (_, i) => `fragment f${i} on Query { a: __schema { types { name } } ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f30 on Query { __typename }`, 200),
    query('a fragment of itself', 'query { ...f } fragment f on Query { ...f }', 200),
    query('fields of one name that need comparing, 300 times', `{ ${'imageRequirements { maxBytes } '.repeat(300)} }`, 200),
    query('600 variables that nobody declared', `{ ${Array.from({ length: 600 }, (_, i) => `node(id: $v${i}) { id }`).join(' ')} }`, 200),
    query('1 000 directives', `{ __typename ${'@skip(if: false) '.repeat(1000)} }`, 200),
    query('14 introspections at once', `{ ${Array.from({ length: 14 }, (_, i) => `s${i}: __schema { types { fields { type { ofType { ofType { fields { name } } } } } } }`).join(' ')} }`, 200, /"data"/),
    json('a JSON body of 2 MB', JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(2_000_000) } }), 413, /./),
    json('a list of operations as JSON', '[{"query":"{ __typename }"}]', 400, /Batching/),
    json('bytes that are no text', Buffer.from([0xff, 0xfe, 0xfd, 0x00]), 400, /errors/),
    get('a mutation by GET', `/graphql?query=${encodeURIComponent('mutation { __typename }')}`, 405, /errors/, { 'x-graphql-yoga-csrf': '1' }),
    get('a query that any page could send', '/graphql?query={__typename}', 403, /CSRF_PREVENTED/),
    query('ids that are paths', `{ node(id: ${JSON.stringify(Buffer.from('SlimmedImage:../../signing-key').toString('base64'))}) { id } }`, 200, /"node":null/),

    // Pictures.
    photoRequest('a picture that says it has 2 billion pixels', png(46_340, 46_340, Buffer.alloc(10)), /RESOLUTION_OUT_OF_RANGE/),
    photoRequest('a picture that is only a header', png(512, 512, Buffer.alloc(0)), /UNREADABLE_IMAGE|NO_FACE/),
    photoRequest('a JPEG of one-byte segments without end', Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xe1, 0x00, 0x02].flatMap((byte) => byte)), Buffer.alloc(2_000_000, Buffer.from([0xff, 0xe1, 0x00, 0x02]))]), /UNREADABLE_IMAGE/),
    photoRequest('an empty file', Buffer.alloc(0), /UNREADABLE_IMAGE/),

    // Results.
    get('a forged signature', `${pathname}?expires=${expires}&signature=${'0'.repeat(64)}`, 403, /FORBIDDEN/),
    get('a signature cut short', `${pathname}?expires=${expires}&signature=${signature.slice(0, 63)}`, 403, /FORBIDDEN/),
    get('no signature', `${pathname}`, 403, /FORBIDDEN/),
    get('a signature for another result', `${otherId}${rightful}`, 403, /FORBIDDEN/),
    get('a signature for a later day', `${pathname}?expires=${Number(expires) + 1}&signature=${signature}`, 403, /FORBIDDEN/),
    get('a signature for another format', `${pathname.replace('.png', '.jpg')}${rightful}`, [403, 404], /FORBIDDEN|NOT_FOUND/),
    get('the key that signs, by its path', `/results/../signing-key${rightful}`, [403, 404], /FORBIDDEN|NOT_FOUND/),
    get('the key that signs, with the dots escaped', `${'/results/%2e%2e%2f%2e%2e%2fsigning-key'}${rightful}`, [403, 404], /FORBIDDEN|NOT_FOUND/),
    get('a path with a null byte', `${'/results/%00.png'}${rightful}`, [403, 404], /FORBIDDEN|NOT_FOUND/),
    get('a path of 8 kB', `${`/results/${'a'.repeat(8000)}.png`}${rightful}`, [403, 404], /FORBIDDEN|NOT_FOUND/),

    // HTTP itself.
    lines('a header of 60 kB', ['GET / HTTP/1.1', 'host: x', `x: ${'x'.repeat(60_000)}`], 431, /./),
    lines('a host that is none', ['GET /graphql HTTP/1.1', 'host: a b:c'], 400, /BAD_REQUEST/),
    lines('two lengths', ['POST /graphql HTTP/1.1', 'host: x', 'content-length: 5', 'content-length: 6'], 400, /./),
    lines('a length and chunks', ['POST /graphql HTTP/1.1', 'host: x', 'content-length: 5', 'transfer-encoding: chunked'], 400, /./),
    lines('something that is not HTTP', ['\u0016\u0003\u0001 hello'], 400, /./),

    // The twin of the API.
    rest('the twin: no image', [part('slim_degree', '1')], 400, /MISSING_PARAMETERS/),
    rest('the twin: two images', [restFile(photo), restFile(photo)], [400, 413], /ERROR|TOO_MANY/),
    rest('the twin: a degree of 1 MB', [part('slim_degree', '1'.repeat(2 ** 20)), restFile(photo)], [400, 413], /error_detail/),
    rest('the twin: a broken body', ['--nothing of the kind\r\n\r\n'], 400, /error_detail/),
    endless('the twin: a chunked part without end', '/api/portrait/effects/smart-face-slimming', restFileStart, 413, /FILE_SIZE_EXCEEDS_LIMIT|error_detail/),
    slow('the twin: a body that stops half-way', '/api/portrait/effects/smart-face-slimming', restFileStart, 502, /error_detail/),
    get('the twin: another path', '/api/nothing', 404, /error_detail/),
    get('the twin: another method', '/api/portrait/effects/smart-face-slimming', 405, /error_detail/),
  ];
}

/** Slims the portrait and gives the result's address. */
export async function slimOnce(port) {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query: slimDocument, variables: { image: null } }));
  form.set('map', '{"0":["variables.image"]}');
  form.set('0', new Blob([photo]), 'photo.png');
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers: { 'x-graphql-yoga-csrf': '1' }, body: form });
  return (await answer.json()).data.slimFace.url;
}

