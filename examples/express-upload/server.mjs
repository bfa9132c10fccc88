// POST /slim with a form of type multipart/form-data: the photo in `image`, the degree (0 to 2) in `slimDegree`.
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import express from 'express';
import multer from 'multer';
import sharp from 'sharp';

const slimmer = await createLocalEngine();
// One for the whole program: its calls share a queue, a cache, and the work on what is asked for twice at the same time.
// Past maxWaiting a caller is told to come back later, in place of an upload that waits in memory.
const slimFace = createSlimFace({ slimmer, timeout: 20_000, maxWaiting: 20, onNoFace: 'throw' });

// Uploads are held in memory, so everything about them is bounded.
const receive = multer({ storage: multer.memoryStorage(), limits: { fileSize: 12 * 2 ** 20, files: 1, fields: 1, fieldSize: 20, parts: 2 } }).single('image');
/** What is no form at all has no code of multer's. */
const upload = (request, response, next) => receive(request, response, (error) => next(error && !error.code ? new Refusal(400, 'INVALID_FORM', error.message) : error));

const app = express();
app.disable('x-powered-by');

// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 takes care of what an async handler throws.
app.post('/slim', upload, async (request, response) => {
  if (request.file === undefined) throw new Refusal(400, 'MISSING_IMAGE', 'Expected a photo in the field image but received none');
  const slimDegree = request.body.slimDegree === undefined ? 1 : Number(request.body.slimDegree || Number.NaN);

  // A caller who leaves takes the work along. 'close' also comes after a complete answer, when nothing is left to abort.
  const controller = new AbortController();
  response.on('close', () => controller.abort());

  const jpeg = await toSlimJpeg(request.file.buffer, { slimDegree, signal: controller.signal }).catch((error) => {
    // An error without a code is sharp's: it could not read the upload.
    throw error.code ? error : new Refusal(422, 'UNREADABLE_IMAGE', `Expected a complete photo but received ${request.file.size} bytes that sharp cannot read`, error);
  });
  response.type('jpeg').send(jpeg);
});

async function toSlimJpeg(bytes, options) {
  // Pixels are bounded as well as bytes: a small file can hold a huge image.
  const slimmed = await slimFace(sharp(bytes, { limitInputPixels: 50e6 }).autoOrient(), options);
  return slimmed.flatten({ background: 'white' }).jpeg({ quality: 85 }).toBuffer();
}

/** What is wrong with a request, beside what slimface and multer say about it. */
class Refusal extends Error {
  constructor(status, code, message, cause) {
    super(message, { cause });
    Object.assign(this, { status, code });
  }
}

/** What the codes of slimface and multer are in HTTP. The others are no affair of the caller: 500, without details. */
const statuses = {
  INVALID_SLIM_DEGREE: 400, LIMIT_FIELD_VALUE: 400, LIMIT_FIELD_COUNT: 400, LIMIT_FILE_COUNT: 400, LIMIT_PART_COUNT: 400, LIMIT_UNEXPECTED_FILE: 400,
  LIMIT_FILE_SIZE: 413, FILE_TOO_LARGE: 413, UNSUPPORTED_FORMAT: 415,
  UNREADABLE_IMAGE: 422, RESOLUTION_OUT_OF_RANGE: 422, NO_FACE: 422, TOO_MANY_FACES: 422, FACE_TOO_SMALL: 422, FACE_UNUSABLE: 422,
  RATE_LIMITED: 503, BUSY: 503, UPSTREAM_UNAVAILABLE: 503, UPSTREAM_TIMEOUT: 504,
};

app.use((error, _request, response, _next) => {
  if (response.headersSent || error.code === 'ABORTED') return void response.destroy(); // nobody is there to be answered
  const status = error.status ?? statuses[error.code] ?? 500;
  if (status === 500) console.error(error);
  if (status === 503) response.set('retry-after', String(error.retryAfter ?? 1));
  response.status(status).json(status === 500 ? { code: 'INTERNAL', message: 'Something failed on our side' } : { code: error.code, message: error.message });
});

const server = app.listen(Number(process.env.PORT ?? 3000), (error) => {
  if (error) throw error;
  console.log(`Listening on http://localhost:${server.address().port}`);
});

// On SIGTERM: no new connections, what is in work is answered, then the engine's threads end.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => server.close(() => slimmer.close()));
}
