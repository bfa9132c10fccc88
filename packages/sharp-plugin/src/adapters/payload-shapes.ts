/** An upload as Payload holds it: in memory, or, with `useTempFiles`, on disk. */
export interface PayloadFile {
  readonly data: Buffer;
  readonly mimetype: string;
  readonly name: string;
  readonly size: number;
  /** Empty for an upload in memory. */
  readonly tempFilePath?: string;
  readonly clientUploadContext?: unknown;
}

/** What a `beforeOperation` hook is called with, as far as this one looks at it. */
export interface PayloadHookArg {
  readonly operation: string;
  readonly overrideAccess?: boolean;
  readonly collection: { readonly access?: { readonly create?: PayloadAccess; readonly update?: PayloadAccess } };
  readonly args: object;
  readonly req: { file?: PayloadFile; readonly signal?: AbortSignal };
}

/** Who may do it. */
// oxlint-disable-next-line typescript/no-explicit-any -- takes the host's own argument, handed on as it came
export type PayloadAccess = (args: any) => unknown;
