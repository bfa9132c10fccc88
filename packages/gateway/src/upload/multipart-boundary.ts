import { BodyFault } from './body-fault.ts';

/** One parameter of a media type, its value a token or a quoted string (RFC 9110, 5.6.6). */
const parameter = /\s*;\s*(?:([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/y;

/**
 * Finds the boundary in a `content-type` header.
 *
 * @throws {BodyFault} the header names another media type, or no boundary of visible characters
 */
export function readBoundary(contentType = ''): string {
  const type = /^\s*multipart\/form-data(?=[\s;]|$)/i.exec(contentType);
  if (type !== null) {
    parameter.lastIndex = type[0].length;
    for (let match = parameter.exec(contentType); match !== null; match = parameter.exec(contentType)) {
      const [, name, quoted, token] = match;
      if (name?.toLowerCase() !== 'boundary') continue;
      const boundary = quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
      if (/^[ -~]*[!-~]$/.test(boundary)) return boundary;
      break;
    }
  }
  const received = contentType.length > 100 ? `one of ${contentType.length} characters` : JSON.stringify(contentType);
  throw new BodyFault('malformed', `Expected content type multipart/form-data with a boundary but received ${received}`);
}

/** The header as graphql-upload-minimal and busboy read it, who compare letter by letter and take fewer characters unquoted. */
export function contentTypeOf(boundary: string): string {
  const isToken = /^[!#$%&'*+.^_`|~\w-]+$/.test(boundary);
  return `multipart/form-data; boundary=${isToken ? boundary : `"${boundary.replace(/["\\]/g, '\\$&')}"`}`;
}
