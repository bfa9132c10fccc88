import { describe, expect, it } from 'vitest';
import { html, trusted } from '../../src/pages/html.ts';

describe('html', () => {
  it('keeps text in its place, between tags and in attributes', () => {
    const text = `<script>"it's"</script> & more`;
    const escaped = '&lt;script&gt;&quot;it&#39;s&quot;&lt;/script&gt; &amp; more';
    expect(html`<a title="${text}">${text}</a>`.markup).toBe(`<a title="${escaped}">${escaped}</a>`);
  });

  it('takes markup as it is, alone, in lists and nested', () => {
    const items = ['<', 2].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${trusted('<hr>')}\n`.markup).toBe('<ul><li>&lt;</li><li>2</li></ul><hr>\n');
  });
});
