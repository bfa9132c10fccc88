export type BodyFaultKind = 'malformed' | 'part too long' | 'body too long';

/** A multipart body that breaks the rules of its format, or that is longer than any may be. */
export class BodyFault extends Error {
  readonly kind: BodyFaultKind;

  constructor(kind: BodyFaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BodyFault';
    this.kind = kind;
  }
}

/** What busboy or graphql-upload-minimal found. The latter's errors carry an HTTP status. */
export function faultOfParser(error: Error & { readonly status?: number }): BodyFault {
  if (error instanceof BodyFault) return error;
  const { message, status } = error;
  if (status === 413) return new BodyFault('part too long', message, { cause: error });
  return new BodyFault('malformed', status === undefined ? `Expected a well-formed multipart body but received one with a fault: ${message}` : message, { cause: error });
}
