import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { type DocumentNode, type ValidationContext, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { tooComplex } from './too-complex.ts';

/** Boxes of faces of the photos of a page are 6 levels down. */
const MAX_DEPTH = 10;

/** A page of photos, each by a `node` of its own; for more there is `nodes`. */
const MAX_ALIASES = 50;

/**
 * Fields of one name that have fields in them. The query for the schema has 100 at most, one within the other; validation
 * compares those beside each other two by two, with all that is in them, and 250 keep it busy three times as long as 100.
 */
const MAX_NAMESAKES = 100;

/** Refuses documents with an operation that is nested too deep or has too many aliases, in fragments or not. */
export function useShapeLimit(): Plugin {
  const reportInOurWords = (message: string) => ({
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(tooComplex(message))],
  });
  // The schema itself may be asked for to any depth, as its lists of lists are; the cost limit bounds that.
  const depth = maxDepthRule({ n: MAX_DEPTH, flattenFragments: true, ignoreIntrospection: true, ...reportInOurWords(`Expected an operation of at most ${MAX_DEPTH} levels but received a deeper one`) });
  const aliases = maxAliasesRule({ n: MAX_ALIASES, allowList: [], ...reportInOurWords(`Expected an operation with at most ${MAX_ALIASES} aliases but received more`) });
  const passed = new WeakSet<DocumentNode>(); // those in the cache of Yoga come again
  return {
    // Before the other rules: some of them take long for just such documents.
    onValidate({ params: { schema, documentAST }, validateFn }) {
      if (passed.has(documentAST)) return;
      const [error] = validateFn(schema, documentAST, [depth, aliases]);
      if (error !== undefined) throw error;
      if (mostNamesakes(documentAST) > MAX_NAMESAKES) throw tooComplex(`Expected a document with at most ${MAX_NAMESAKES} fields of one name but received more`);
      passed.add(documentAST);
    },
  };
}

function mostNamesakes(document: DocumentNode): number {
  const counts = new Map<string, number>();
  visit(document, {
    Field({ alias, name, selectionSet }) {
      const { value } = alias ?? name;
      if (selectionSet !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    },
  });
  return Math.max(0, ...counts.values());
}
