import { createHash } from 'node:crypto';

/**
 * Reads documents as build tools write them: a JSON object of SHA-256 hashes, in hexadecimal with or without `sha256:` in
 * front, and the documents with these hashes.
 *
 * @returns documents by their hash in lower-case hexadecimal
 * @throws {Error}
 */
export function readTrustedDocuments(json: string): Readonly<Record<string, string>> {
  const documents = parse(json);
  if (typeof documents !== 'object' || documents === null || Array.isArray(documents)) throw new Error('Expected a JSON object of SHA-256 hashes and documents but received something else');
  const entries = Object.entries(documents).map(([name, document]: [string, unknown], index) => {
    const hash = name.replace(/^sha256:/, '').toLowerCase();
    // A hash that does not fit belongs to another version of the document, whose clients would get answers to another question.
    const fits = typeof document === 'string' && createHash('sha256').update(document).digest('hex') === hash;
    if (!fits) throw new Error(`Expected document ${index + 1} under its SHA-256 but received it under something else`);
    return [hash, document];
  });
  if (entries.length === 0) throw new Error('Expected at least one document but received none');
  return Object.fromEntries(entries) as Record<string, string>;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error('Expected JSON but received something else', { cause: error });
  }
}
