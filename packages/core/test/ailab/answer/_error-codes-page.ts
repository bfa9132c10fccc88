import { ailabErrorCodes, type AilabErrorCategory, type AilabErrorCodeInfo } from '../../../src/ailab/answer/error-codes.ts';
import { judgeRefusal, type SentImage } from '../../../src/ailab/answer/refusal.ts';
import { upstreamCodes } from '../../../src/ailab/answer/upstream-codes.ts';
import * as callErrors from '../../../src/errors/call-errors.ts';
import * as faceErrors from '../../../src/errors/face-errors.ts';
import * as imageErrors from '../../../src/errors/image-errors.ts';
import type { SlimFaceErrorCode } from '../../../src/errors/slim-face-error.ts';
import * as upstreamErrors from '../../../src/errors/upstream-errors.ts';

const classNames = new Map(Object.entries({ ...callErrors, ...faceErrors, ...imageErrors, ...upstreamErrors }).map(([name, { code }]) => [code as SlimFaceErrorCode, name]));

const categories: Record<AilabErrorCategory, string> = {
  input: 'The request has to change',
  image: 'The photo has to change',
  face: 'The faces in the photo have to change',
  auth: 'The key, or what it may do, has to change',
  credits: 'The account needs credits',
  rate: 'Too many calls, or too much stored',
  notFound: 'What the call is about is not there',
  conflict: 'The call is at odds with something that is there',
  upstream: 'A service behind the API failed',
  timeout: 'A service behind the API took too long',
  server: 'The API failed or is full',
};

/** The text of docs/ailab-error-codes.md. */
export function errorCodesPage(): string {
  const codes = Object.entries(ailabErrorCodes);
  const relevant = codes.filter(([, { relevantToSlimming }]) => relevantToSlimming);
  return `# Error codes of the AILabTools API

What the client of \`@slimface/core\` makes of each of the ${codes.length} error codes that the API documents, and of those that it does
not. This page is generated from \`packages/core/src/ailab/answer/error-codes.ts\`: change that table, then run
\`npm test -- packages/core/test/ailab/answer/error-codes.test.ts -u\`.

## How to read it

* **Code** is \`error.upstream.code\`. The ${relevant.length} codes that face slimming can plausibly answer with are in bold. The others belong
  to other APIs of the vendor; they are here because all of them share one list.
* **Status** is the HTTP status of the code since January 2026, with the one before in brackets where it was another.
  ${codes.filter(([, info]) => info.httpStatus !== info.httpStatus2025).length} codes have moved like that, so the code decides and never the status. \`error.upstream.httpStatus\` is the status that came.
* **Error** is \`error.code\` and the class, the two things to tell errors apart by. \`error.upstream.message\` is what the API
  said. Read it before blaming the code: the API has been seen to answer with one that does not fit.
* **Retry** is what the client does by itself: \`never\`; \`once\`, one more try at most; or \`backoff\`, up to \`maxRetries\`
  more tries with pauses that grow on average. \`error.retryable\` is true for the latter two.
* **Billed** is \`error.billed\`. The vendor documents that refused calls cost nothing.
* **Advice** is \`error.upstream.advice\`.

${Object.entries(categories)
  .map(([category, title]) => `## ${title}\n\n${codesTable(codes.filter(([, info]) => info.category === category))}`)
  .join('\n\n')}

## Codes of the service behind the API

The oldest answers have no code of the vendor. They pass on that of Alibaba Cloud, which in all likelihood does the
slimming. A code without a dot also stands for its relatives: \`Throttling\` for \`Throttling.User\`.

${table(
  ['Code', 'Error', 'Retry', 'Billed', 'Advice'],
  Object.entries(upstreamCodes).map(([code, { error, retry, advice }]) => [`\`${code}\``, errorCell(error), `\`${retry}\``, 'no', advice]),
)}

## Codes that nobody documented

A code that is in none of these tables stays \`error.upstream.code\`, and without any code that is \`'unknown'\`. The status
decides: that of the answer, or the root's \`error_code\` where a refusal came under status 200. There is no advice.

${table(['Status', 'Error', 'Retry', 'Billed'], statusRows())}

Most 5xx may come from a proxy behind which the call went on, also when they bring a code of their own, so such a call is
repeated only with \`retryUnknown: true\`. A 503 is said before a call gets through.
The plan of a RapidAPI account is used up when its gateway says "You have exceeded the MONTHLY quota" or the like.

## Special cases

* A 502 whose message is about the type of the file says that the API cannot pass it on, whatever the code. It is never repeated:
  ${errorCell('UNSUPPORTED_FORMAT')}.
* \`RESOLUTION_OUT_OF_RANGE\` needs the sides of the photo. When nobody could read them, it is ${errorCell('UNREADABLE_IMAGE')}.
* \`credits()\` sends no photo and is free. Codes about a photo make no sense there: ${errorCell('UPSTREAM_PROTOCOL')}.
`;
}

function codesTable(codes: [string, AilabErrorCodeInfo][]): string {
  const rows = codes.map(([code, { httpStatus, httpStatus2025, error, retry, billed, relevantToSlimming, advice }]) => [
    relevantToSlimming ? `**\`${code}\`**` : `\`${code}\``,
    httpStatus === httpStatus2025 ? String(httpStatus) : `${httpStatus} (${httpStatus2025})`,
    errorCell(error),
    `\`${retry}\``,
    billed,
    advice,
  ]);
  return table(['Code', 'Status', 'Error', 'Retry', 'Billed', 'Advice'], rows);
}

/** What statuses without a code become, as the client does it; statuses that become the same share a row. */
function statusRows(): string[][] {
  const rows = new Map<string, number[]>();
  for (let status = 400; status < 600; status++) {
    const outcome = outcomeOf(status, '').join('|');
    rows.set(outcome, [...(rows.get(outcome) ?? []), status]);
  }
  return [
    ...[...rows].map(([outcome, statuses]) => [nameOf(statuses), ...outcome.split('|')]).sort(([one], [other]) => one!.localeCompare(other!)),
    ['429 about a quota', ...outcomeOf(429, 'You have exceeded the MONTHLY quota')],
    ['none from 400 to 599', ...outcomeOf(200, '')],
  ];
}

function nameOf(statuses: number[]): string {
  return statuses.length < 20 ? statuses.join(', ') : `any other ${String(statuses[0]).charAt(0)}xx`;
}

function outcomeOf(httpStatus: number, message: string): string[] {
  const sent: SentImage = { slimDegree: 1, byteSize: 1, width: 1, height: 1 };
  const { error, retry } = judgeRefusal({ code: 'unknown', httpStatus, message }, sent);
  return [errorCell(error.code), `\`${retry}\``, error.billed];
}

function errorCell(code: SlimFaceErrorCode): string {
  return `\`${code}\` \`${classNames.get(code)}\``;
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
