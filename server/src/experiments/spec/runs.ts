/** What the rest of the house asks of a run. */
import type { ExperimentKind } from '../../../../protocol/experiments';
import type { ExperimentRun } from '../../../../protocol/experimentSpec';
import { runs } from './fields';

/** Every kind of run, in the order of the documentation. */
export const runKinds = Object.keys(runs.by) as ExperimentKind[];

/** Which kind a run is. @throws TypeError when it has none, which no run that was read has */
export function runKind(run: ExperimentRun): ExperimentKind {
  const kind = runKinds.find((key) => key in run);
  if (kind === undefined) throw new TypeError('a run without a kind');
  return kind;
}

/** What a run is called in results and in `expect`. */
export function runName(run: ExperimentRun): string {
  return run.name ?? runKind(run);
}
