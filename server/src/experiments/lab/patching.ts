/** Activation patching: the metric of one prompt's run with activations of the other's in it (Zhang & Nanda, arXiv 2309.16042). */
import type { PatchRun } from '../../../../protocol/experimentSpec';
import type { Bench } from './bench';
import { exchangeJobs } from './exchange';
import { gridOf } from './grid';
import { runGrid } from './gridRun';
import { checkPatterns } from './patterns';
import type { Recorder } from './recorder';
import { withUnits } from './units';

/** @throws Refusal, EngineError; what is computed by then is in the recorder */
export async function runPatch(run: PatchRun, bench: Bench, recorder: Recorder): Promise<void> {
  const jobs = exchangeJobs(run, bench, recorder, 'patching');
  const grid = gridOf(run.patch, await withUnits(run.patch, run, jobs, bench), bench.lab);
  checkPatterns(grid.hooks, jobs);
  recorder.describe({ at: grid.at });
  await runGrid(grid, jobs, run.direction ?? 'denoise', bench, recorder);
}
