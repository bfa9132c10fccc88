import { Lexer, Source, type Token, TokenKind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { tooComplex } from './too-complex.ts';

/** Room for the query for the schema with every option: 100 levels deep and indented for each of them, it has 46 000. */
const MAX_CHARACTERS = 2 ** 16;

/**
 * That query takes 160 to 650 tokens. Validation takes time for the square of them at worst: 5 ms for the worst document
 * found within this limit and that of `useShapeLimit`.
 */
const MAX_TOKENS = 1000;

/** Refuses documents that are longer than any honest one, before they are parsed. */
export function useDocumentLimit(): Plugin {
  return {
    onParse({ params: { source }, parseFn, setParseFn }) {
      const { length } = typeof source === 'string' ? source : source.body;
      if (length > MAX_CHARACTERS) throw tooComplex(`Expected a document of at most ${MAX_CHARACTERS} characters but received one of ${length}`);
      // Documents that are in the cache of Yoga have passed.
      setParseFn((text: string | Source, options) => {
        if (hasMoreTokens(typeof text === 'string' ? new Source(text) : text)) throw tooComplex(`Expected a document of at most ${MAX_TOKENS} tokens and comments but received a longer one`);
        return parseFn(text, options);
      });
    },
  };
}

/** The parser has a limit of its own, but counts no comments, and keeps them all with the parsed document. */
function hasMoreTokens(source: Source): boolean {
  const lexer = new Lexer(source);
  let count = 0;
  let token: Token = lexer.token;
  while (count <= MAX_TOKENS && lexer.advance().kind !== TokenKind.EOF) {
    for (; token !== lexer.token; token = token.next!) count++;
  }
  return count > MAX_TOKENS;
}
