import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
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
  const connecting = new Set<Socket>();

  function agent(name: string, connect: object): Promise<OwnDispatcher> {
    let opened = agents.get(name);
    if (opened === undefined) {
      // Time limits are the client's own, for a whole try each.
      opened = import('undici').then(({ Agent, buildConnector }) => {
        const connector = buildConnector(connect) as Connector;
        return new Agent({ connect: watched(connector, connecting), headersTimeout: 0, bodyTimeout: 0 });
      });
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
      const destroyed = opened.map((each) => each.destroy());
      for (const socket of connecting) socket.destroy();
      await Promise.all(destroyed);
    },
  };
}

/** undici's connectors do hand out their sockets, but their types do not say so. */
type Connector = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/** undici forgets about a socket until its connection stands; one that nobody wants any more holds a process for 10 s. */
function watched(connector: Connector, connecting: Set<Socket>): buildConnector.connector {
  return (options, callback) => {
    const socket = connector(options, (...result) => {
      connecting.delete(socket);
      callback(...result);
    });
    connecting.add(socket);
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
