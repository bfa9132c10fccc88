import type { GatewayBuilder } from './builder.ts';

/** Adds the type of rectangles. */
export function addBox(builder: GatewayBuilder): void {
  builder.objectType('Box', {
    description: 'A rectangle in pixels of the upright image; the origin is its top left corner.',
    fields: (t) => ({
      x: t.exposeFloat('x', { description: 'Left edge.' }),
      y: t.exposeFloat('y', { description: 'Top edge.' }),
      width: t.exposeFloat('width', { description: 'From the left edge to the right one.' }),
      height: t.exposeFloat('height', { description: 'From the top edge to the bottom one.' }),
    }),
  });
}
