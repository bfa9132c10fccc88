/** What a node's `id` stands for. */
export interface GlobalId {
  readonly typename: string;
  readonly id: string;
}

/** Takes a global id apart. What was never a global id becomes one that no node has: it is as unknown as any other. */
export function decodeGlobalId(globalId: string): GlobalId {
  const [, typename, id] = /^(\w+):(.+)$/.exec(Buffer.from(globalId, 'base64').toString()) ?? [];
  return { typename: typename ?? '', id: id ?? '' };
}
