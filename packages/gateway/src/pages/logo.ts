import { type Markup, trusted } from './html.ts';

/** A face, and the jaw that it had: readable on light and on dark. */
export const logo: Markup = trusted(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">' +
    '<rect width="32" height="32" rx="9" fill="#5b5bd6"/>' +
    '<path fill="#fff" d="M16 5.5c4.4 0 7 3.5 7 8.1 0 5.7-3.3 12.4-7 12.4s-7-6.7-7-12.4c0-4.6 2.6-8.1 7-8.1z"/>' +
    '<path fill="none" stroke="#fff" stroke-width="1.4" stroke-linecap="round" opacity=".6" d="M25.8 16.5c-.5 3.5-2.3 6.8-5 9M6.2 16.5c.5 3.5 2.3 6.8 5 9"/>' +
    '</svg>',
);
