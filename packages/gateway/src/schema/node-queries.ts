import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import { createGraphQLError } from 'graphql-yoga';
import { requireCaller } from '../access/gate.ts';
import type { GatewayContext } from '../context.ts';
import type { StoredResult } from '../store/stored-result.ts';
import { toCallerError } from '../to-caller-error.ts';
import type { GatewayBuilder } from './builder.ts';
import type { GlobalId } from './global-id.ts';
import type { FindSlimmedImage } from './slimmed-image.ts';

/** Most ids in one `nodes`. */
const MAX_IDS = 100;

/** Adds `query { node nodes }`, as Relay specifies them: what is not there is null, and anything else a top-level error. */
export function addNodeQueries(builder: GatewayBuilder, find: FindSlimmedImage): void {
  const findOrNull = async (id: GlobalId, context: GatewayContext): Promise<StoredResult | undefined> => {
    try {
      return await find(id, context);
    } catch (error) {
      if (!(error instanceof ResultExpiredError || error instanceof ResultUnavailableError)) throw error;
      toCallerError(error, context); // the log says what null does not
      return undefined;
    }
  };

  builder.queryField('node', (t) =>
    t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The node with this id; null when there is none, or none any more: `slimmedImage` tells which.',
      args: { id: t.arg.globalID({ required: true, description: 'An id as a node stated it.' }) },
      resolve(_root, { id }, context) {
        requireCaller(context);
        return findOrNull(id, context);
      },
    }),
  );

  builder.queryField('nodes', (t) =>
    t.field({
      type: [builder.nodeInterfaceRef()],
      nullable: { list: false, items: true },
      description: `The nodes with these ids, in their order; null for each that is not there. At most ${MAX_IDS} at once.`,
      args: { ids: t.arg.globalIDList({ required: true, description: `Ids as nodes stated them, at most ${MAX_IDS}.` }) },
      resolve(_root, { ids }, context) {
        requireCaller(context);
        if (ids.length > MAX_IDS) {
          throw createGraphQLError(`Expected at most ${MAX_IDS} ids but received ${ids.length}`, { extensions: { code: 'BAD_USER_INPUT', retryable: false } });
        }
        return ids.map((id) => findOrNull(id, context));
      },
    }),
  );
}
