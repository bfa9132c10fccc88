/** Wall time of a task in ms. */
export async function timed(task) {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/**
 * Lets tasks take turns for some rounds, after two to warm up. Who goes first changes from round to round, so that none
 * always runs on what the same other one left behind.
 *
 * @param tasks names to functions; what a function resolves with is its result, its time in ms when that is undefined
 * @returns names to the results of all rounds
 */
export async function takeTurns(tasks, rounds) {
  const names = Object.keys(tasks);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + 2) % names.length];
      const start = performance.now();
      const result = (await tasks[name]()) ?? performance.now() - start;
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
