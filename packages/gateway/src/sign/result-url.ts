import type { ImageMediaType } from '@slimface/core';
import type { StoredResult } from '../store/stored-result.ts';
import { isSignatureValid, signResult, type SignedClaim } from './sign-result.ts';

const extensions: Readonly<Record<ImageMediaType, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/avif': 'avif', 'image/tiff': 'tif' };
const mediaTypes = new Map(Object.entries(extensions).map(([mediaType, extension]) => [extension, mediaType as ImageMediaType]));

/** Makes the URL under which a result can be fetched until it expires. */
export type ResultUrl = (result: Pick<StoredResult, 'id' | 'mediaType' | 'expiresAt'>) => string;

/** @param publicUrl address of the gateway as its clients see it, with or without a path */
export function createResultUrl(publicUrl: string, key: Uint8Array): ResultUrl {
  return ({ id, mediaType, expiresAt }) => {
    const claim: SignedClaim = { id, mediaType, expires: Math.floor(expiresAt.getTime() / 1000) };
    const target = `results/${id}.${extensions[mediaType]}?expires=${claim.expires}&signature=${signResult(claim, key)}`;
    return new URL(target, publicUrl.replace(/\/*$/, '/')).href;
  };
}

/** What a result URL says about itself. */
export type ReadResultUrl =
  | { readonly kind: 'not-a-result' }
  | { readonly kind: 'forged' }
  | { readonly kind: 'signed'; readonly id: string; readonly mediaType: ImageMediaType; readonly expiresAt: Date };

/**
 * Reads the target of a request for a result. It has one spelling only, that of `createResultUrl`: whatever is added,
 * left out, repeated, reordered or escaped makes it forged. Nothing in it counts before its signature has been found valid.
 *
 * @param target path and query as they are in the request's first line; a parsed URL would have had its dots resolved
 * @param keys any of them may have signed it
 */
export function readResultUrl(target: string, keys: readonly Uint8Array[]): ReadResultUrl {
  const [, id, extension, query] = /^\/results\/([0-9a-f]{32})\.([a-z]+)(\?.*)?$/s.exec(target) ?? [];
  const mediaType = mediaTypes.get(extension ?? '');
  if (id === undefined || mediaType === undefined) return { kind: 'not-a-result' };
  const [, expires, signature] = /^\?expires=([1-9]\d{0,11})&signature=([0-9a-f]{64})$/.exec(query ?? '') ?? [];
  if (expires === undefined || signature === undefined) return { kind: 'forged' };
  const claim: SignedClaim = { id, mediaType, expires: Number(expires) };
  if (!isSignatureValid(claim, signature, keys)) return { kind: 'forged' };
  return { kind: 'signed', id, mediaType, expiresAt: new Date(claim.expires * 1000) };
}

/** File name extension of a media type, as in result URLs. */
export function extensionOf(mediaType: ImageMediaType): string {
  return extensions[mediaType];
}
