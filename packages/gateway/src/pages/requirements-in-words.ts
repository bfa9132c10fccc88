import type { ImageMediaType, ImageRequirements } from '@slimface/core';

const names: Readonly<Record<ImageMediaType, string>> = { 'image/jpeg': 'JPEG', 'image/png': 'PNG', 'image/webp': 'WebP', 'image/avif': 'AVIF', 'image/tiff': 'TIFF' };

/** What photos an engine takes, as a person would say it: pairs of a name and what goes for it. */
export function requirementsInWords(requirements: ImageRequirements): [name: string, words: string][] {
  const { mediaTypes, maxBytes, minSide, maxSide, minFaces, maxFaces, minFaceSide, minSlimDegree, maxSlimDegree } = requirements;
  const formats = new Intl.ListFormat('en', { type: 'disjunction' }).format(mediaTypes.map((type) => names[type]));
  return [
    ['Format', formats],
    ['File size', `at most ${bytesInWords(maxBytes)}`],
    ['Each side', `${minSide} to ${maxSide} px`],
    ['Faces', `${minFaces === maxFaces ? minFaces : `${minFaces} to ${maxFaces}`}, at least ${minFaceSide} px wide and high`],
    ['slimDegree', `${minSlimDegree} (nothing changes) to ${maxSlimDegree}, 1 when not given`],
  ];
}

function bytesInWords(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytes.toLocaleString('en')} bytes`;
}
