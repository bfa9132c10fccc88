import type { IncomingMessage, ServerResponse } from 'node:http';
import { FileTooLargeError, InvalidInputError, UploadInterruptedError } from '@slimface/core';
import busboy from 'busboy';
import { askForBody } from '../http/continue.ts';
import { BodyFault } from './body-fault.ts';
import { shareFor } from './body-share.ts';
import type { ByteBudget } from './byte-budget.ts';
import { createFileBytes, type FileBytes } from './file-bytes.ts';
import { contentTypeOf, readBoundary } from './multipart-boundary.ts';
import { readParts } from './read-parts.ts';
import { limitsForFiles, type UploadLimits } from './upload-limits.ts';

/** The parts of a form that are wanted, by name. Others are passed over. */
export interface WantedParts {
  /** The part with the photo. */
  readonly file: string;
  /** Parts with short texts. */
  readonly fields: readonly string[];
}

/** A form that has arrived whole. */
export interface ReceivedForm {
  /** Content of the file part; `undefined` when the form has none. */
  readonly image: Uint8Array | undefined;
  /** Texts of the wanted fields that the form has. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What an upload shares with the rest of the process. */
export interface ReceiveFormOptions {
  /** The answer to the request: with it, the upload's bytes are given back to `budget`. */
  readonly res: ServerResponse;
  /** Bytes that all uploads of the process share. */
  readonly budget: ByteBudget;
  /** Who sent the request, as `countedAs` says. */
  readonly caller: string;
  /** Gets the size of each chunk of the body that is read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a `multipart/form-data` request to its end. Nothing of it is read before the call.
 *
 * @throws {FileTooLargeError} the photo is longer than `limits.maxFileBytes`, or the body than one with such a photo can be
 * @throws {UploadInterruptedError} the client left, stopped sending or sent too slowly, or the body broke off
 * @throws {BusyError} fewer bytes are left of `budget` than the body needs; with the seconds to wait
 * @throws {InvalidInputError} the body is no form, or a wanted part came twice or is too long
 */
export async function receiveForm(req: IncomingMessage, limits: UploadLimits, wanted: WantedParts, { res, budget, caller, onBytes }: ReceiveFormOptions): Promise<ReceivedForm> {
  const { maxFileBytes } = limits;
  const bounds = limitsForFiles(limits, 1);
  const share = shareFor(req, res, { budget, caller });
  const fields = new Map<string, string>();
  let image: FileBytes | undefined;
  try {
    const boundary = readBoundary(req.headers['content-type']);
    const parser = busboy({ headers: { 'content-type': contentTypeOf(boundary) }, defParamCharset: 'utf8', limits: { fieldSize: limits.maxFieldBytes + 1 } });
    parser.on('field', (name: string, value: string) => {
      if (!wanted.fields.includes(name)) return;
      if (fields.has(name)) throw twice(name);
      fields.set(name, value);
    });
    share.begin(bounds);
    askForBody(req, res);
    const reading = readParts(req, parser, {
      boundary,
      limits: bounds,
      onFile(name) {
        if (name !== wanted.file) {
          if (name !== undefined && wanted.fields.includes(name)) throw new BodyFault('malformed', `Expected a text in the part named ${JSON.stringify(name)} but received a file`);
          return undefined;
        }
        if (image !== undefined) throw twice(name);
        image = createFileBytes(maxFileBytes);
        return image;
      },
      onBytes(bytes) {
        onBytes?.(bytes);
        share.arrived(bytes);
      },
    });
    res.once('finish', () => reading.stop(() => new UploadInterruptedError('it was answered before its end')));
    await reading.done;
  } catch (error) {
    if (!(error instanceof BodyFault)) throw error;
    if (error.kind === 'body too long') throw new FileTooLargeError({ maxBytes: maxFileBytes }, { cause: error });
    throw new InvalidInputError('a multipart/form-data body', 'another one', { message: error.message, cause: error });
  }
  return { image: image?.take(), fields };
}

function twice(name: string): BodyFault {
  return new BodyFault('malformed', `Expected one part named ${JSON.stringify(name)} but received two`);
}
