import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { Box, Face, FaceSlimmer, ImageRequirements, SlimFaceError } from '@slimface/core';
import type { GatewayContext } from '../context.ts';
import type { StoredResult } from '../store/stored-result.ts';
import type { ReceivedFile } from '../upload/received-file.ts';
import { decodeGlobalId } from './global-id.ts';

interface GatewayTypes {
  Context: GatewayContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: never; Output: Date };
    Upload: { Input: ReceivedFile; Output: never };
  };
  Interfaces: { SlimFaceError: SlimFaceError };
  Objects: {
    Box: Box;
    DetectedFace: Pick<Face, 'box' | 'presence'> & { readonly index: number };
    DetectedFaces: { readonly faces: readonly Face[] };
    Engine: Pick<FaceSlimmer, 'id' | 'version'>;
    ImageRequirements: ImageRequirements;
    SlimFacesSuccess: { readonly outcomes: readonly PromiseSettledResult<StoredResult>[] };
    SlimmedFace: StoredResult['faces'][number];
    SlimmedImage: StoredResult;
  };
}

/** A Pothos builder that knows the gateway's types by name. */
export type GatewayBuilder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<GatewayTypes>>;

/** An empty schema: each file beside this one adds its part. */
export function createBuilder(): GatewayBuilder {
  return new SchemaBuilder<GatewayTypes>({
    // Errors come before dataloader, so that a loader's error can become a member of a union.
    plugins: [ErrorsPlugin, RelayPlugin, DataloaderPlugin],
    defaultFieldNullability: false,
    errors: { directResult: true },
    relay: {
      decodeGlobalID: decodeGlobalId,
      idFieldOptions: { description: 'Unique among all nodes. Who knows it, and may call, may see the node.' },
      nodeTypeOptions: { description: 'Anything that can be asked for by its id.' },
      nodeQueryOptions: false, // node-queries.ts has them
      nodesQueryOptions: false,
    },
  });
}
