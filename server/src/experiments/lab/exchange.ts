/** What patching and attribution ask of every pair: one prompt's run, with values of the other's in their aligned places. */
import type { AttributeRun, PatchRun } from '../../../../protocol/experimentSpec';
import { counterparts } from './alignment';
import { type Bench, metricOfRun, pairAlignment, resolveAll, shownMetric } from './bench';
import type { PairJob } from './gridRun';
import { runPair, sides } from './pairs';
import type { Recorder } from './recorder';

/**
 * The jobs of all pairs; direction and metric are described on the way.
 * @param what names the experiment in errors
 * @throws Refusal
 */
export function exchangeJobs(
  run: PatchRun | AttributeRun,
  bench: Bench,
  recorder: Recorder,
  what: string,
): PairJob[] {
  const direction = run.direction ?? 'denoise';
  const text = metricOfRun(bench, run.metric);
  const alignments = bench.pairs.map((pair) => pairAlignment(bench, pair, what));
  const metrics = resolveAll(bench, text, alignments);
  recorder.describe({ direction, metric: shownMetric(text, metrics, bench.lab) });
  return bench.pairs.map((pair, i): PairJob => {
    const [alignment, metric] = [alignments[i]!, metrics[i]!];
    const { base, source } = sides(pair, direction);
    return {
      pair,
      runs: runPair(pair, direction, alignment, metric),
      view: {
        base,
        source,
        counterparts: counterparts(alignment, direction, base.ids.length),
        valueOf: () => ({ from: 'source' }),
      },
      metric,
      values: new Map(),
    };
  });
}
