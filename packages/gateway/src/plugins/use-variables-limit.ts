import type { Plugin } from 'graphql-yoga';
import { tooComplex } from './too-complex.ts';

/** Most values, and most characters of all of them and of their names; a page of ids for `nodes` has 100 and 6000. */
const MAX_VALUES = 500;
const MAX_CHARACTERS = 2 ** 15;

/** As in multipart requests. */
const MAX_LEVELS = 12;

/** Refuses variables that hold more than any honest ones: up to 50 errors are made about them, each of which quotes them. */
export function useVariablesLimit(): Plugin {
  return {
    onParams({ params: { variables } }) {
      let values = 0;
      let characters = 0;
      const visit = (value: unknown, levels: number): void => {
        values += 1;
        if (typeof value === 'string') characters += value.length;
        if (values > MAX_VALUES) throw tooComplex(`Expected at most ${MAX_VALUES} values in variables but received more`);
        if (characters > MAX_CHARACTERS) throw tooComplex(`Expected at most ${MAX_CHARACTERS} characters in variables but received more`);
        if (!isJson(value)) return;
        if (levels === MAX_LEVELS) throw tooComplex(`Expected variables of at most ${MAX_LEVELS} levels but received more`);
        for (const key in value) {
          if (!Array.isArray(value)) characters += key.length;
          visit(value[key], levels + 1);
        }
      };
      visit(variables, 0);
    },
  };
}

/** A file has taken the place of a null by now, and has no JSON in it. */
function isJson(value: unknown): value is Record<string, unknown> {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype);
}
