/** Text that may go into a page as it is. */
export interface Markup {
  readonly markup: string;
}

/** What a page can be filled with; whatever is no markup is text, and escaped. */
export type Fill = Markup | string | number | readonly Markup[];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Builds markup: what is filled in cannot leave its place, be it between tags or in a quoted attribute. */
export function html(strings: TemplateStringsArray, ...fills: readonly Fill[]): Markup {
  return { markup: String.raw({ raw: strings }, ...fills.map(markupOf)) };
}

/** Marks text as markup that has been written by us. */
export function trusted(markup: string): Markup {
  return { markup };
}

function markupOf(fill: Fill): string {
  if (typeof fill === 'string' || typeof fill === 'number') return String(fill).replaceAll(/[&<>"']/g, (character) => entities[character]!);
  return 'markup' in fill ? fill.markup : fill.map(markupOf).join('');
}
