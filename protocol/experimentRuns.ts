/** What everyone asks of a run of an experiment. Pure. */
import type { ExperimentKind } from './experiments';
import type { ExperimentRun, ExperimentSpec } from './experimentSpec';

/** Every kind; also the field that marks a run of it. */
export const EXPERIMENT_KINDS: readonly ExperimentKind[] = [
  'patch',
  'ablate',
  'attribute',
  'direct',
  'lens',
  'attention',
  'steer',
];

/** Which kind a run is. @throws {TypeError} when it has none, which no run that the server has read has */
export function runKind(run: ExperimentRun): ExperimentKind {
  const kind = EXPERIMENT_KINDS.find((key) => key in run);
  if (kind === undefined) throw new TypeError('a run without a kind');
  return kind;
}

/** What a run is called in results. */
export function runName(run: ExperimentRun): string {
  return run.name ?? runKind(run);
}

/** The run of this name; undefined when the experiment has none. */
export function runNamed(spec: ExperimentSpec, name: string): ExperimentRun | undefined {
  return spec.runs.find((run) => runName(run) === name);
}

/** The same experiment with other runs, and so without what was expected of its own. */
export function withRuns(spec: ExperimentSpec, runs: readonly ExperimentRun[]): ExperimentSpec {
  const { title, model, dictionaries, bos, prompts, align, metric } = spec;
  const known = { title, model, dictionaries, bos, prompts, align, metric, runs };
  // Fields that are undefined would not be the same experiment to those who compare them.
  return Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined),
  ) as unknown as ExperimentSpec;
}
