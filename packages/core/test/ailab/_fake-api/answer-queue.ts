import type { Answer } from './exchange.ts';

/** Which answer comes next. */
export interface AnswerQueue {
  /** Lines up answers, each for one request. The last one stays when the queue has run empty. */
  next(...answers: readonly Answer[]): void;
  /** Forgets what was lined up and gives this answer from now on. */
  always(answer: Answer): void;
  take(): Answer;
}

/** A queue that gives `fallback` until it is told otherwise. */
export function createAnswerQueue(fallback: Answer): AnswerQueue {
  let waiting: Answer[] = [];
  let last = fallback;
  return {
    next: (...answers) => void waiting.push(...answers),
    always: (answer) => {
      waiting = [];
      last = answer;
    },
    take: () => (last = waiting.shift() ?? last),
  };
}
