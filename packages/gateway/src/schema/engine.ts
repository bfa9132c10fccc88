import type { GatewayBuilder } from './builder.ts';

/** Adds `query { engine }`. */
export function addEngine(builder: GatewayBuilder): void {
  builder.objectType('Engine', {
    description: 'What slims the photos.',
    fields: (t) => ({
      id: t.exposeString('id', { description: '`local` for the engine of this server, `ailab` for the AILabTools API, another name for any other.' }),
      version: t.exposeString('version', { description: 'Changes whenever the same photo may come out differently.' }),
    }),
  });

  builder.queryField('engine', (t) =>
    t.field({
      type: 'Engine',
      description: 'The engine that slims the photos.',
      resolve: (_root, _args, { slimmer }) => slimmer,
    }),
  );
}
