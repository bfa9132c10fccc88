import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { Box, Face, FaceShape, FaceSlimmer, ImageRequirements, Point, SlimFaceError } from '@slimface/core';
import type { GatewayContext } from '../context.ts';
import type { StoredResult } from '../store/stored-result.ts';
import type { ReceivedFile } from '../upload/received-file.ts';
import { decodeGlobalId } from './global-id.ts';

type ShapeInput = { [Control in keyof FaceShape]?: number | null };

interface GatewayTypes {
  Context: GatewayContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: never; Output: Date };
    Upload: { Input: ReceivedFile; Output: never };
  };
  Inputs: {
    FaceDegreeInput: { index?: number | null; at?: Point | null; slimDegree?: number | null; shape?: ShapeInput | null };
    FaceShapeInput: ShapeInput;
    PointInput: Point;
  };
  Interfaces: { SlimFaceError: SlimFaceError };
  Objects: {
    Box: Box;
    DetectedFace: Pick<Face, 'box' | 'presence' | 'roll' | 'yaw' | 'pitch'> & { readonly index: number };
    DetectedFaces: { readonly faces: readonly Face[] };
    Engine: Pick<FaceSlimmer, 'id' | 'version'>;
    ImageRequirements: ImageRequirements;
    Narrowing: NonNullable<StoredResult['faces'][number]['narrowing']>;
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
