/** Activation patching: the metric of one prompt's run with activations of the other's in it (Zhang & Nanda, arXiv 2309.16042). */
import type { PatchRun } from '../../../../protocol/experimentSpec';
import { type Bench, metricOfRun, pairAlignment, resolveAll, shownMetric } from './bench';
import { counterparts } from './alignment';
import { gridOf, type GridView } from './grid';
import { type PairJob, runGrid } from './gridRun';
import { runPair, sides } from './pairs';
import type { Recorder } from './recorder';
import { checkPatterns } from './patterns';
import { withUnits } from './units';

/** @throws Refusal, EngineError; what is computed by then is in the recorder */
export async function runPatch(run: PatchRun, bench: Bench, recorder: Recorder): Promise<void> {
  const direction = run.direction ?? 'denoise';
  const text = metricOfRun(bench, run.metric);
  const alignments = bench.pairs.map((pair) => pairAlignment(bench, pair, 'patching'));
  const metrics = resolveAll(bench, text, alignments);
  recorder.describe({ direction, metric: shownMetric(text, metrics, bench.lab) });
  const jobs = bench.pairs.map((pair, i): PairJob => {
    const alignment = alignments[i]!;
    const { base, source } = sides(pair, direction);
    const view: GridView = {
      base,
      source,
      counterparts: counterparts(alignment, direction, base.ids.length),
      valueOf: () => ({ from: 'source' }),
    };
    const metric = metrics[i]!;
    return { pair, runs: runPair(pair, direction, alignment, metric), view, metric, values: new Map() };
  });
  const grid = gridOf(run.patch, await withUnits(run.patch, run, jobs, bench), bench.lab);
  checkPatterns(grid.hooks, jobs);
  recorder.describe({ at: grid.at });
  await runGrid(grid, jobs, direction, bench, recorder);
}
