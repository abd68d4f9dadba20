/** What is said of an experiment that runs, has run, or whose result is stored. Pure. */
import type { ExperimentResult, RunExperimentParams, RunResult } from '../../protocol/experiments';

/** An experiment to run, as it is asked of the server. */
export type ExperimentParams = Omit<RunExperimentParams, 'partialResultToken' | 'workDoneToken'>;

export type ActivityState = 'running' | 'complete' | 'cancelled' | 'failed';

/** One run of an experiment in this session, from its start on. */
export interface Activity {
  /** Unique in the session, ascending. */
  readonly id: number;
  readonly params: ExperimentParams;
  readonly title: string;
  readonly state: ActivityState;
  /** The last snapshot of each run that has begun. */
  readonly runs: readonly RunResult[];
  /** What is being done, or why it failed. */
  readonly message: string | null;
  /** Once it has ended with something to show. */
  readonly result: ExperimentResult | null;
}

/** How a stored or finished result is judged: by its clauses, else by whether it is whole. */
export type Verdict = 'passed' | 'failed' | 'complete' | 'incomplete';

/** What an experiment is called before its result says so. */
export function titleOf({ spec, uri }: ExperimentParams): string {
  if (spec) return spec.title ?? 'Experiment';
  const name = uri === null ? '' : decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  return name === '' ? 'Experiment' : name;
}

/** A snapshot of one run takes the place of the last one. */
export function withRun(activity: Activity, run: RunResult): Activity {
  const known = activity.runs.some(({ name }) => name === run.name);
  const runs = known
    ? activity.runs.map((old) => (old.name === run.name ? run : old))
    : [...activity.runs, run];
  return { ...activity, runs };
}

/** The answer has come. */
export function withResult(activity: Activity, result: ExperimentResult): Activity {
  const worst = (['failed', 'cancelled'] as const).find((state) =>
    result.runs.some((run) => run.state === state),
  );
  const message = result.runs.find((run) => run.message !== undefined)?.message ?? null;
  return {
    ...activity,
    title: result.title === '' ? activity.title : result.title,
    state: worst ?? 'complete',
    runs: result.runs,
    message,
    result,
  };
}

export function verdictOf({ runs, expectations }: ExperimentResult): Verdict {
  if (expectations.some(({ holds }) => !holds)) return 'failed';
  if (runs.some(({ state }) => state !== 'complete')) return 'incomplete';
  return expectations.length > 0 ? 'passed' : 'complete';
}

/** `4 of 4 expectations hold` or `1 of 4 expectations fails`, `2 runs · 3.1 s`, and what is not whole. */
export function describeResult({ runs, expectations, provenance }: ExperimentResult): string {
  const broken = runs.filter(({ state }) => state !== 'complete').length;
  return [
    ...(expectations.length > 0 ? [describeExpectations(expectations)] : []),
    runs.length === 1 ? '1 run' : `${runs.length} runs`,
    ...(broken > 0 ? [`${broken} not complete`] : []),
    seconds(provenance.seconds),
  ].join(' · ');
}

function describeExpectations(expectations: ExperimentResult['expectations']): string {
  const all = expectations.length;
  const failing = expectations.filter(({ holds }) => !holds).length;
  const holding = `${all} of ${all} ${all === 1 ? 'expectation holds' : 'expectations hold'}`;
  if (failing === 0) return holding;
  return `${failing} of ${all} ${all === 1 ? 'expectation' : 'expectations'} ${failing === 1 ? 'fails' : 'fail'}`;
}

/** `heads: 45 %, 12 s left` of the run in progress, or what is being done before the first. */
export function describeProgress({ runs, message }: Activity): string {
  const current = runs.findLast(({ state }) => state === 'running') ?? runs.at(-1);
  if (!current) return message ?? 'starting';
  const { name, done, total, cost } = current;
  const share = total > 0 ? `${Math.floor((100 * done) / total)} %` : '';
  const left = cost.secondsLeft === null ? '' : `${seconds(cost.secondsLeft)} left`;
  return [`${name}:`, [share, left].filter((part) => part !== '').join(', ')].join(' ').trim();
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function seconds(value: number): string {
  if (value < 10) return `${Number(value.toPrecision(2))} s`;
  const whole = Math.round(value);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
