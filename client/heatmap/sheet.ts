/** How a sheet changes while its experiment runs. Pure. */
import type { ExperimentResult, RunResult } from '../../protocol/experiments';
import { withRun } from '../../protocol/heatmapPanel';
import type { Sheet, SheetOrigin } from '../../protocol/heatmapPanel';
import { mapNested } from '../../protocol/normalise';

/** A sheet of which nothing is known yet. */
export function emptySheet(id: number, title: string, origin: SheetOrigin): Sheet {
  const { spec } = origin;
  return {
    id,
    title,
    origin,
    state: 'empty',
    message: null,
    spec,
    runs: [],
    expectations: [],
    provenance: null,
  };
}

/** The run has begun: what it will compute anew is emptied. */
export function started(sheet: Sheet): Sheet {
  const { only } = sheet.origin;
  const runs = sheet.runs.map((run) => (only === null || only.includes(run.name) ? emptied(run) : run));
  return { ...sheet, state: 'running', message: null, runs, expectations: [], provenance: null };
}

/** The grid of a run before anything is computed. */
function emptied(run: RunResult): RunResult {
  const { name, kind, at, direction, metric, clean, corrupted, axes, ticks, pairs, total } = run;
  const values = mapNested(run.values, () => null);
  const cost = { ...run.cost, secondsLeft: null };
  const known = { name, kind, at, direction, metric, clean, corrupted, axes, ticks, pairs, total };
  return { ...known, values, notes: [], state: 'running', done: 0, cost };
}

/** The run has ended, or a result was read. Runs that were not asked for stay. */
export function ended(sheet: Sheet, result: ExperimentResult): Sheet {
  const { title, spec, expectations, provenance } = result;
  const runs = sheet.origin.only === null ? result.runs : result.runs.reduce(withRun, sheet).runs;
  return { ...sheet, title, spec, state: 'ended', message: null, runs, expectations, provenance };
}

/** The run could not go on: what had come stays, marked as what it is. */
export function failed(sheet: Sheet, message: string): Sheet {
  const runs = sheet.runs.map((run) =>
    run.state === 'running' ? { ...run, state: 'failed' as const } : run,
  );
  return { ...sheet, state: 'failed', message, runs };
}

/** One string for experiments that are the same, so that each has one panel. */
export function originKey({ uri, spec, result }: SheetOrigin): string {
  if (result !== null) return `result ${result}`;
  return spec === null ? `file ${uri}` : `spec ${uri} ${JSON.stringify(spec)}`;
}
