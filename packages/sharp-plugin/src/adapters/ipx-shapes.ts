/** Where ipx reads files: its `IPXStorage`. */
export interface IpxStorage {
  readonly name: string;
  getMeta(id: string, request?: IpxRequest): IpxMeta | undefined | Promise<IpxMeta | undefined>;
  getData(id: string, request?: IpxRequest): ArrayBuffer | undefined | Promise<ArrayBuffer | undefined>;
}

/** What the caller of ipx tells its storages. */
export type IpxRequest = Record<PropertyKey, unknown>;

/** What a storage knows of a file without reading it. */
export interface IpxMeta {
  mtime?: Date | number | string;
  maxAge?: number | string;
}

/** The options of `createIPX` that have to do with us. */
export interface IpxOptions {
  storage: IpxStorage;
  httpStorage?: IpxStorage;
}

/** What `createIPX` returns. */
export type Ipx = (id: string, modifiers?: any, request?: any) => { getSourceMeta(): Promise<unknown>; process(): Promise<unknown> };

/** The same with the modifier `slim` besides ipx's own. */
export type SlimIpx<I extends Ipx> = (id: string, modifiers?: Parameters<I>[1] & { slim?: string | number }, request?: any) => ReturnType<I>;
