/** Timing for ratios: everything compared is timed in turns within one run, and the fastest turn counts. */

export type Work = () => Promise<unknown>;

/** Fastest time of each piece of work in ms, over `rounds` turns taken in rotation after one warm-up each. */
export async function fastest<K extends string>(
  works: Record<K, Work>,
  rounds: number,
): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[];
  for (const name of names) await works[name]();
  const best = Object.fromEntries(names.map((name) => [name, Infinity])) as Record<K, number>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) best[name] = Math.min(best[name], await timed(works[name]));
  }
  return best;
}

export async function timed(work: Work): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
