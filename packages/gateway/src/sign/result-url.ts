import type { StoredResult } from '../store/stored-result.ts';
import { isSignatureValid, signResult } from './sign-result.ts';

const extensions = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const;

/** Makes the URL under which a result can be fetched until it expires. */
export type ResultUrl = (result: Pick<StoredResult, 'id' | 'mediaType' | 'expiresAt'>) => string;

/** @param publicUrl address of the gateway as its clients see it, with or without a path */
export function createResultUrl(publicUrl: string, key: Uint8Array): ResultUrl {
  return ({ id, mediaType, expiresAt }) => {
    const expires = Math.floor(expiresAt.getTime() / 1000);
    const url = new URL(`results/${id}.${extensions[mediaType]}`, publicUrl.replace(/\/*$/, '/'));
    url.search = new URLSearchParams({ expires: String(expires), signature: signResult({ id, expires }, key) }).toString();
    return url.href;
  };
}

/** What a result URL says about itself. */
export type ReadResultUrl =
  | { readonly kind: 'not-a-result' }
  | { readonly kind: 'forged' }
  | { readonly kind: 'signed'; readonly id: string; readonly extension: string; readonly expiresAt: Date };

/** Reads path and query of a request for a result. Nothing in it counts before the signature has been found valid. */
export function readResultUrl({ pathname, searchParams }: URL, key: Uint8Array): ReadResultUrl {
  const [, id, extension] = /^\/results\/([0-9a-f]{32})\.(jpg|png)$/.exec(pathname) ?? [];
  if (id === undefined || extension === undefined) return { kind: 'not-a-result' };
  const expires = searchParams.get('expires') ?? '';
  const signature = searchParams.get('signature') ?? '';
  const claim = { id, expires: Number(expires) };
  if (!/^[1-9]\d{0,11}$/.test(expires) || !isSignatureValid(claim, signature, key)) return { kind: 'forged' };
  return { kind: 'signed', id, extension, expiresAt: new Date(claim.expires * 1000) };
}

/** File name extension of a media type in result URLs. */
export function extensionOf(mediaType: StoredResult['mediaType']): string {
  return extensions[mediaType];
}
