import { ailabErrorCodes } from '@slimface/core';
import { codeMessages, statusOf, type VendorCode } from '../../src/rest/vendor-codes.ts';

/** When the twin answers with each code. */
const occasions: Record<VendorCode, string> = {
  MISSING_PARAMETERS: 'there is no file in `image`',
  PARAMETERS_CANNOT_EMPTY: '`slim_degree` is there but empty',
  ERROR_PARAMETERS: 'the body is broken, a field comes twice, is too long or is a file, the engine refuses the photo for a reason of its own, or the request has no proper host; with status 415, the body is no `multipart/form-data`',
  ERROR_INVALID_PARAMETER_FORMAT: '`slim_degree` is not a decimal number',
  ERROR_INVALID_FACE_SLIMMING_PARAMETER: '`slim_degree` is below 0 or above 2',
  FILE_SIZE_EXCEEDS_LIMIT: 'the photo, or the request, is too long',
  UNSUPPORTED_FILE_TYPES: 'the photo is neither JPEG nor PNG',
  FILE_DECODING_FAILURE: 'the photo is empty, cut off or damaged',
  FILE_RESOLUTION_EXCEEDS_LIMITS: 'a side is too long',
  ERROR_LOW_RESOLUTION: 'a side is too short',
  ERROR_NO_FACE_IN_FILE: 'no face was found',
  ERROR_FACE_COUNT_INVALID: 'too many faces were found',
  ERROR_SMALL_FACE_SIZE: 'every face is too small',
  ERROR_FACE_UNRECOGNIZABLE: 'the engine cannot work on the face',
  ERROR_APPLICATIONS_NOT_EXISTS: 'the key is missing or unknown',
  ERROR_ILLEGAL_OPERATION: 'the method is another one (status 405), a page of another site sent the request (403), or it came by a domain that is not the gateway\'s (421)',
  ERROR_NOT_ENOUGH_CREDITS: "the engine's account is empty",
  EXCEEDING_LIMITS: 'the caller sends too many photos, or an address too many requests without a known key (status 429); with `Retry-After`',
  AI_SERVICE_FLOW_RESTRICTION: 'all places or all memory for uploads are taken, or the gateway is shutting down; with `Retry-After`',
  ERROR_AI_NOT_EXISTS: 'there is nothing at the path',
  ERROR_DATA_TRANSFER_FAILED: 'the upload stopped half-way',
  FILE_SERVICE_ERROR: 'there is no room for the result, or the engine does not hand it over',
  AI_SERVICE_ERROR: 'the engine cannot be reached or failed',
  AI_SERVICE_TIMEOUT: 'the engine took too long',
  ERROR_GATEWAY: "the engine's answer cannot be read",
  SERVICE_INTERNAL_ERROR: 'the gateway failed, or its key for the engine is refused; the log has the reason under `request_id`',
};

/** The text of docs/rest-twin.md. */
export function restTwinPage(): string {
  return `# The twin of the AILabTools API

The gateway also serves the face slimming endpoint of the AILabTools API. A client of that API works with it by another base
URL, and our own one by \`createAilabClient({ baseUrl: 'http://127.0.0.1:4000' })\`.

The table at the end is generated from \`packages/gateway/src/rest/vendor-codes.ts\`: change that, then run
\`npm test -- packages/gateway/test/rest/vendor-codes.test.ts -u\`.

## What is the same

* \`POST /api/portrait/effects/smart-face-slimming\` takes \`multipart/form-data\` with the file \`image\` and the number
  \`slim_degree\` (0 to 2, by default 1), in any order. Other fields are passed over.
* The key is in the header \`ailabapi-api-key\`; \`x-api-key\` and \`authorization: Bearer\` do as well. A gateway without keys asks for none.
* Each answer is JSON with \`request_id\`, \`log_id\`, \`error_code\`, \`error_msg\`, \`error_detail\` and, for a success,
  \`data.image_url\`: also the answer to a wrong path, a wrong method, a body that is too long or broken.
* The codes are those that the vendor documents, with the statuses that it documents since January 2026, or by
  \`SLIMFACE_REST_STATUSES=2025\` those of before.
* \`GET /api/common/query-credits\` answers with the pools \`portrait_intelligent_face_slimming\` and \`common\`.

## What differs

* \`request_id\` is the \`x-request-id\` of the answer and in the gateway's log. \`log_id\` is the same id without its hyphens.
* \`image_url\` is an address of the gateway, http or https as \`SLIMFACE_PUBLIC_URL\` has it. It is signed and works until the
  result expires (\`SLIMFACE_RESULT_TTL_SECONDS\`, a day as with the vendor).
* The result has the format of the photo: a PNG stays one, with what is transparent in it.
* The engine in the gateway costs nothing: both pools always hold 1,000,000 credits, the size of the vendor's largest pack.
  With \`SLIMFACE_ENGINE=ailab\` they hold what the gateway's account has.
* \`error_msg\` has the engine-independent code of the error in its middle, e.g. \`NO_FACE\`.
* 403, 405, 415 and 421 are sent where HTTP has them, whatever the table says of the code. A request that is no HTTP, or whose
  head is too long (431), is answered before its path is known: in the same envelope, with \`code\` and \`message\` beside it.
* \`error_detail.message\` is in the gateway's own words, also when a remote engine had others.
* One code is not the vendor's: \`SLIMFACE_MAY_BE_BILLED\`, with status 502 or 504. It stands in for a code that clients
  answer with another try, when the gateway's own call of a paid engine was lost and may have been paid for. Our client
  then has \`billed: 'unknown'\` and does not try again by itself.

## Codes

The vendor documents what its codes mean, but not which of them slimming answers with when. **Error** is what our client
makes of it, **Retry** whether it tries again by itself.

${codesTable()}
`;
}

function codesTable(): string {
  const rows = Object.keys(codeMessages).map((key) => {
    const code = key as VendorCode;
    const { error, retry } = ailabErrorCodes[code];
    const [now, before] = code === 'ERROR_ILLEGAL_OPERATION' ? [405, 405] : [statusOf(code, 2026), statusOf(code, 2025)];
    return [occasions[code], `\`${code}\``, now === before ? String(now) : `${now} (${before})`, `\`${error}\``, `\`${retry}\``];
  });
  return [['When', 'Code', 'Status (until 2025)', 'Error', 'Retry'], Array(5).fill('---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
