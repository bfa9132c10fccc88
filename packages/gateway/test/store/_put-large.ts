// Puts a small image, one larger than files may be, and a small one, and tells what came of each.
import { createSlimmedImage } from '@slimface/core';
import { createResultStore } from '../../src/store/result-store.ts';

const store = await createResultStore({ folder: process.argv[2]!, ttlSeconds: 3600, maxBytes: 1e9 });
const fields = { mediaType: 'image/png', width: 512, height: 512, faces: [], slimDegree: 1, engine: 'local' } as const;
for (const [at, length] of [1000, 200_000, 1000].entries()) {
  const outcome = await store.put(createSlimmedImage(fields, Buffer.alloc(length, at + 1)), { requestId: 'a-request' }).then(
    ({ byteSize }) => ({ byteSize }),
    (error) => ({ code: error.code, retryable: error.retryable, message: error.message, cause: error.cause?.code }),
  );
  process.stdout.write(`${JSON.stringify({ ...outcome, total: store.byteSize })}\n`);
}
