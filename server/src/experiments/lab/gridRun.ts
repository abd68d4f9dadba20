/** A sweep over all pairs: one grid each, averaged cell by cell. */
import type { Direction } from '../../../../protocol/experimentSpec';
import type { PairSummary, RunResult } from '../../../../protocol/experiments';
import type { RunPair } from '../../engine/causal/requests';
import type { Tensor } from '../../engine/ort';
import { type Bench, finite, meanOf, promptSummary } from './bench';
import { CellSweep } from './cellSweep';
import type { Grid, GridView, PairGrid } from './grid';
import { layOut } from './layOut';
import type { ResolvedMetric } from './metrics';
import { alignmentNotes, averageNote, sweepNotes } from './notes';
import { cellForwards } from './pace';
import type { PreparedPair } from './pairs';
import type { Recorder } from './recorder';

/** What is asked of the engine for one pair. */
export interface PairJob {
  readonly pair: PreparedPair;
  readonly runs: RunPair;
  readonly view: GridView;
  readonly metric: ResolvedMetric;
  readonly values: ReadonlyMap<string, Tensor>;
}

/**
 * Computes every cell on every pair. Values are averaged over the pairs that are complete; while the first is under way, its own
 * are shown. What is computed when this throws is in the recorder.
 * @param changed which run is changed; ablations change the clean one (noise)
 * @throws Refusal before anything is computed, EngineError
 */
export async function runGrid(
  grid: Grid,
  jobs: readonly PairJob[],
  changed: Direction,
  bench: Bench,
  recorder: Recorder,
): Promise<void> {
  const grids = jobs.map(({ view }) => grid.on(view));
  const ticks = layOut(
    grid.axes,
    grids,
    jobs.map(({ view }) => view.base),
  );
  const sweeps = jobs.map(
    ({ runs, metric, values }, i) =>
      new CellSweep({
        runs,
        metric: metric.spec,
        cells: grids[i]!.cells,
        values,
        atOnce: bench.pace.cellsAtOnce(grids[i]!.cells, runs.base.tokens.length),
      }),
  );
  recorder.start({ axes: grid.axes, ticks, ...cost(jobs, grids, bench) });
  const show = () => {
    recorder.update(() => findings(jobs, sweeps, grids, changed));
  };
  try {
    for (const sweep of sweeps) await sweep.run(bench.lab.ask, bench.signal, show);
  } finally {
    show();
    const complete = sweeps.filter((sweep, i) => isComplete(sweep, grids[i]!)).length;
    recorder.note(
      ...jobs.flatMap(({ view, pair }) => alignmentNotes(view, pair)),
      ...sweepNotes(sweeps, grids),
      ...averageNote(complete, jobs.length),
    );
  }
}

function cost(jobs: readonly PairJob[], grids: readonly PairGrid[], { lab }: Bench) {
  const forwards = jobs.map(
    ({ runs }, i) =>
      (runs.source ? 2 : 1) + cellForwards(grids[i]!.cells, lab.model.dimensions, runs.base.tokens.length),
  );
  const cells = grids.flatMap((each) => each.cells);
  return {
    total: cells.filter((cell) => cell !== null).length,
    forwards: forwards.reduce((sum, each) => sum + each, 0),
    length: Math.max(...jobs.map(({ runs }) => runs.base.tokens.length)),
  };
}

/** A pair is complete when all of its cells are finished. */
function isComplete(sweep: CellSweep, { cells }: PairGrid): boolean {
  return sweep.base !== null && cells.every((cell, i) => cell === null || sweep.isFinished(i));
}

function findings(
  jobs: readonly PairJob[],
  sweeps: readonly CellSweep[],
  grids: readonly PairGrid[],
  changed: Direction,
) {
  const complete = jobs.flatMap((_, i) => (isComplete(sweeps[i]!, grids[i]!) ? [i] : []));
  const counted = complete.length > 0 ? complete : [0];
  const base = meanOf(counted.map((i) => finite(sweeps[i]!.base)));
  const source = meanOf(counted.map((i) => finite(sweeps[i]!.source)));
  return {
    flat: grids[0]!.cells.map((_, cell) => meanOf(counted.map((i) => sweeps[i]!.value(cell)))),
    clean: changed === 'noise' ? base : source,
    corrupted: changed === 'noise' ? source : base,
    pairs: jobs.map((job, i) => pairSummary(job, sweeps[i]!.base, sweeps[i]!.source, changed)),
    done: sweeps.reduce((sum, { done }) => sum + done, 0),
  } satisfies Partial<RunResult> & { flat: readonly (number | null)[] };
}

/** A pair with the metrics of the run that was changed and of the other. */
export function pairSummary(
  { pair, runs, metric }: PairJob,
  base: number | null,
  source: number | null,
  changed: Direction,
): PairSummary {
  const [clean, corrupted] = changed === 'noise' ? [base, source] : [source, base];
  return {
    clean: promptSummary(pair.clean, metric.cleanReadAt, clean),
    corrupt: runs.source ? promptSummary(pair.corrupt!, metric.corruptReadAt!, corrupted) : null,
    alignment: runs.source ? runs.alignment : null,
  };
}
