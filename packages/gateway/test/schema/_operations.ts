import { type Answer, guardHeader, multipart, post, type RunningGateway } from '../_setup.ts';

const slimFacesDocument = /* GraphQL */ `
  mutation ($input: SlimFacesInput!) {
    slimFaces(input: $input) {
      __typename
      ... on SlimFacesSuccess {
        items {
          __typename
          ... on SlimmedImage { id url width height slimDegree faces { slimDegree } }
          ... on SlimFaceError { code message retryable }
        }
      }
      ... on SlimFaceError { code message retryable }
      ... on InvalidSlimDegreeError { min max received }
      ... on InvalidInputError { argument }
      ... on RateLimitedError { retryAfter }
    }
  }
`;

const detectFacesDocument = /* GraphQL */ `
  mutation ($input: DetectFacesInput!) {
    detectFaces(input: $input) {
      __typename
      ... on DetectedFaces { faces { index box { x y width height } presence } }
      ... on SlimFaceError { code message retryable }
      ... on InvalidInputError { argument }
    }
  }
`;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sends photos through `slimFaces`. */
export function slimFaces(gateway: RunningGateway, images: readonly Uint8Array[], input: object = {}, init: RequestInit = {}, query = slimFacesDocument): Promise<Answer> {
  const operations = { query, variables: { input: { images: images.map(() => null), ...input } } };
  const map = Object.fromEntries(images.map((_, i) => [i, [`variables.input.images.${i}`]]));
  return post(gateway, multipart(operations, map, Object.fromEntries(images.entries())), init);
}

/** Sends a photo through `detectFaces`. */
export function detectFaces(gateway: RunningGateway, image: Uint8Array, init: RequestInit = {}): Promise<Answer> {
  const operations = { query: detectFacesDocument, variables: { input: { image: null } } };
  return post(gateway, multipart(operations, { 0: ['variables.input.image'] }, { 0: image }), init);
}

/** Headers of a caller with an API key. */
export function withKey(key: string): RequestInit {
  return { headers: { ...guardHeader, 'x-api-key': key } };
}
