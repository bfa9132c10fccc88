const watched = ['TCPSocketWrap', 'TLSWrap', 'TCPConnectWrap', 'GetAddrInfoReqWrap', 'Timeout', 'FSReqPromise', 'FileHandleCloseReq'];

/** What keeps the process alive at the moment, of the kinds that a client can leave behind. */
export function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => watched.includes(name));
}

/** Kinds of handles of which there are more than before, after those that take a moment have had it. */
export async function handlesBeyond(before: readonly string[]): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const now = openHandles();
    const beyond = watched.filter((name) => howMany(now, name) > howMany(before, name));
    if (beyond.length === 0 || tries === 1000) return beyond;
    await new Promise((resolve) => setTimeout(resolve, 1).unref());
  }
}

function howMany(names: readonly string[], wanted: string): number {
  return names.filter((name) => name === wanted).length;
}
