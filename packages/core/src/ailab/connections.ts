import type { Dispatcher } from './dispatcher.ts';
import { publicLookup, refusePrivateName } from './result/public-address.ts';

/** Connections of a client and of all that were derived from it. */
export interface Connections {
  /** For the API itself. */
  toApi(): Promise<Dispatcher>;
  /** For results: connects to public addresses only, unless private ones are allowed. */
  toResults(host: string, options: { allowPrivateHosts: boolean }): Promise<Dispatcher>;
  /** To be called when all requests are over: what is still connecting then, is so for a request that was given up. */
  close(): Promise<void>;
}

type OwnDispatcher = Dispatcher & { destroy(): Promise<void> };

/**
 * Keeps connections open between calls. undici is loaded with the first of them: whoever uses this package for its
 * contracts alone, as the local engine does, does not wait for it.
 *
 * @param given a dispatcher of the caller's own, which stays open
 */
export function createConnections(given?: Dispatcher): Connections {
  if (given !== undefined) return useGiven(given);
  const agents = new Map<string, Promise<OwnDispatcher>>();

  function agent(name: string, connect: object): Promise<OwnDispatcher> {
    let opened = agents.get(name);
    if (opened === undefined) {
      // Time limits are the client's own, for a whole try each.
      opened = import('undici').then(({ Agent }) => new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 }));
      agents.set(name, opened);
    }
    return opened;
  }

  return {
    toApi: () => agent('any address', {}),
    toResults: (_host, { allowPrivateHosts }) => (allowPrivateHosts ? agent('any address', {}) : agent('public addresses', { lookup: publicLookup })),
    async close() {
      const opened = await Promise.all(agents.values());
      // Not close(), which waits until a connection comes about that nobody wants any more.
      await Promise.all(opened.map((each) => each.destroy()));
    },
  };
}

/** The connections are somebody else's, so names can only be checked before they are made; a proxy may know other names. */
function useGiven(given: Dispatcher): Connections {
  return {
    toApi: async () => given,
    async toResults(host, { allowPrivateHosts }) {
      if (!allowPrivateHosts) await refusePrivateName(host);
      return given;
    },
    close: async () => {},
  };
}
