/** Putting windows into runs of the engine. */
import type { Window } from './windows';

/**
 * Windows that are run together, in the order given. Short ones share a run, filled up at the end to the longest: in a causal model
 * what stands after a window does not change it; in another each has a run of its own. Long ones run alone: batching them was measured to save nothing, and
 * between runs a request can be cancelled.
 *
 * @param mostTokens of one run, padding included; a longer window still gets its run
 */
export function packWindows(windows: readonly Window[], mostTokens: number, isCausal: boolean): Window[][] {
  if (!isCausal) return windows.map((window) => [window]);
  const runs: Window[][] = [];
  let longest = 0;
  for (const window of windows) {
    const run = runs.at(-1);
    const length = Math.max(longest, window.ids.length);
    if (run && length * (run.length + 1) <= mostTokens) {
      run.push(window);
      longest = length;
    } else {
      runs.push([window]);
      longest = window.ids.length;
    }
  }
  return runs;
}

/** Rows of equal length, filled up at the end with a token that every vocabulary has. */
export function paddedRows(windows: readonly Window[]): number[][] {
  const length = Math.max(...windows.map(({ ids }) => ids.length));
  return windows.map(({ ids }) => [...ids, ...Array<number>(length - ids.length).fill(0)]);
}
