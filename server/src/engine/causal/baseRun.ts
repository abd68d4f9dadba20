/** The unchanged runs of a sweep, computed once: what patched runs start from, look back at and take values from. */
import { errorHook } from '../../dictionaries/splices';
import { RunError, type Feeds } from '../feeds';
import { rowFeeds } from '../metricFeeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type Plan, type PlannedDictionary, type PlanOutput } from '../plan';
import type { CausalRun, MetricSpec, RunPair } from './requests';

/** An unchanged run. */
export interface CleanRun {
  /** Activations by hook point, the batch as first axis. */
  readonly activations: ReadonlyMap<string, Tensor>;
  /** The metric at every position of `readAt`. */
  readonly rows: readonly number[];
  readonly metric: number;
}

/** ln p [1, row, vocabulary] of the reference run, for `kl`; what it is fed as. @throws RunError when the rows do not match */
export async function referenceFeeds(
  host: ModelHost,
  { base, source, reference }: RunPair,
  metric: MetricSpec,
  lookUp: LookUp,
): Promise<Feeds> {
  if (metric.kind !== 'kl') return new Map();
  const run = reference === 'source' ? source : base;
  if (!run) throw new RunError('KL needs the clean run that it is measured from');
  if (run.readAt.length !== base.readAt.length) {
    throw new RunError(
      `KL compares positions one to one, and ${run.readAt.length} stand against ${base.readAt.length}: name as many in both prompts`,
    );
  }
  const plan: Plan = { ...capture([]), outputs: [{ kind: 'logProbs' }], lastRowOnly: true };
  const results = await host.run(
    plan,
    [run.tokens],
    rowFeeds({ ...metric, a: [], b: [], kind: 'logit' }, run.readAt, []),
    0,
    lookUp,
  );
  const { data, dims } = results.get('logProbs')!;
  return new Map([['metric.clean', { data, dims: dims.slice(1) }]]);
}

/** Runs a text as it is, with the metric and the wanted hook points, those of dictionaries included. */
export async function cleanRun(
  host: ModelHost,
  run: CausalRun,
  metric: MetricSpec,
  hooks: readonly string[],
  reference: Feeds,
  lookUp: LookUp,
): Promise<CleanRun> {
  const outputs = hooks.map((hook): PlanOutput => ({ kind: 'hook', hook }));
  const plan: Plan = {
    ...capture([]),
    ...metricPlan(metric),
    dictionaries: dictionariesOf(host, hooks, metric),
    outputs: [...outputs, { kind: 'metricRows' }],
  };
  const feeds = new Map([...rowFeeds(metric, run.readAt, [run.tokens]), ...reference, ...ownReference(run)]);
  const activations = new Map(await host.run(plan, [run.tokens], feeds, 0, lookUp));
  const rows = [...(activations.get('metric.rows')!.data as Float32Array)];
  return { activations, rows, metric: mean(rows) };
}

/** How a plan says the metric. */
export function metricPlan({ kind, dictionary }: MetricSpec): Pick<Plan, 'metric' | 'metricDictionary'> {
  return { metric: kind, ...(dictionary === undefined ? {} : { metricDictionary: dictionary }) };
}

/** The dictionaries that hook points need: spliced where their features or errors are named, beside for the metric alone. */
export function dictionariesOf(
  host: ModelHost,
  hooks: readonly string[],
  metric: Pick<MetricSpec, 'dictionary'>,
): PlannedDictionary[] {
  const wanted = new Set(hooks);
  return [...host.dictionaries].flatMap(([id, { hook }]): PlannedDictionary[] => {
    if (wanted.has(hook) || wanted.has(errorHook(hook))) return [{ id, mode: 'through' }];
    return metric.dictionary === id ? [{ id, mode: 'beside' }] : [];
  });
}

/** For `kl`: each row of the run stands against the row of the same rank. */
export function ownReference({ readAt }: CausalRun): [string, Tensor][] {
  return [
    ['metric.reference', { data: BigInt64Array.from(readAt, (_, i) => BigInt(i)), dims: [readAt.length] }],
  ];
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
