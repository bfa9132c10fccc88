/** An operation to start from, as GraphiQL opens it. */
export interface Example {
  readonly query: string;
  readonly variables?: string;
}

/** Slims one photo: what the page at `/` and its curl line send. */
export const firstPhoto = {
  query: 'mutation ($input: SlimFaceInput!) { slimFace(input: $input) { ... on SlimmedImage { url width height faces { slimDegree } } ... on SlimFaceError { code message } } }',
  variables: { input: { image: null, slimDegree: 1 } },
} as const;

/** The tabs that GraphiQL opens with. */
export const examples: readonly [Example, ...Example[]] = [
  {
    query: `# Choose a photo at the top, then run this.
# It goes where image is null below.
mutation SlimFace($input: SlimFaceInput!) {
  slimFace(input: $input) {
    __typename
    ... on SlimmedImage {
      id
      url
      width
      height
      slimDegree
      expiresAt
      faces {
        slimDegree
        narrowing { percent }
        warnings
        box { x y width height }
      }
    }
    ... on SlimFaceError {
      code
      message
      retryable
    }
  }
}
`,
    variables: JSON.stringify({ input: { image: null, slimDegree: 1 } }, null, 2),
  },
  {
    query: `# The faces of a photo, which slimFace can
# then slim one by one: "faces": [{ "index": 0 }].
mutation DetectFaces($input: DetectFacesInput!) {
  detectFaces(input: $input) {
    ... on DetectedFaces {
      faces {
        index
        presence
        yaw
        box { x y width height }
      }
    }
    ... on SlimFaceError {
      code
      message
    }
  }
}
`,
    variables: JSON.stringify({ input: { image: null } }, null, 2),
  },
  {
    query: `# Several photos, each with a result or an
# error of its own. Choose as many as there
# are nulls below.
mutation SlimFaces($input: SlimFacesInput!) {
  slimFaces(input: $input) {
    ... on SlimFacesSuccess {
      items {
        __typename
        ... on SlimmedImage {
          url
        }
        ... on SlimFaceError {
          code
          message
        }
      }
    }
    ... on SlimFaceError {
      code
      message
    }
  }
}
`,
    variables: JSON.stringify({ input: { images: [null, null], slimDegree: 1 } }, null, 2),
  },
  {
    query: `# What runs here, and what it takes.
query ImageRequirements {
  engine {
    id
    version
  }
  imageRequirements {
    mediaTypes
    maxBytes
    minSide
    maxSide
    minFaces
    maxFaces
    minFaceSide
    minSlimDegree
    maxSlimDegree
  }
}
`,
  },
];
