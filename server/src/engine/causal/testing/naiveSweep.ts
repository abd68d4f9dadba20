/** Sweeps the slow way: one whole run for each cell, with the values written over a copy of what stands there. */
import { expect } from 'vitest';
import type { ModelHost } from '../../modelHost';
import { rowFeeds } from '../../metricFeeds';
import type { Tensor } from '../../ort';
import { capture, type Plan } from '../../plan';
import { interventionInput } from '../../planGraph';
import { cleanRun, dictionariesOf, metricPlan } from '../baseRun';
import { isPattern } from '../places';
import type { MetricSpec, Patch, PatchValue, SweepParams } from '../requests';
import { sweep } from '../sweep';

/** Two texts of equal length, and where the metric is read. */
export interface NaivePair {
  readonly clean: readonly number[];
  readonly corrupt: readonly number[];
  readonly readAt: readonly number[];
}

const later = () => Promise.resolve();

/** All heads and units of some positions. */
export function patch(hook: string, positions: readonly number[], value: PatchValue): Patch {
  return { hook, positions, head: null, keys: null, unit: null, value };
}

/** Holds a sweep of the corrupt text with each patch against whole runs. */
export async function expectNaive(
  host: ModelHost,
  pair: NaivePair,
  patches: readonly Patch[],
  metric: MetricSpec,
): Promise<void> {
  const context = { lookUp: later, partial: () => undefined };
  const { metrics } = await sweep(host, paramsOf(pair, patches, metric), context);
  for (const [i, one] of patches.entries()) {
    const expected = await naive(host, pair, one, metric);
    expect(Math.abs(metrics[i]! - expected), one.hook).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
  }
}

function paramsOf(pair: NaivePair, patches: readonly Patch[], metric: MetricSpec): SweepParams {
  const { clean, corrupt, readAt } = pair;
  return {
    base: { tokens: corrupt, readAt },
    source: { tokens: clean, readAt },
    alignment: clean.map((_, at) => at),
    reference: 'source',
    metric,
    cells: patches.map((one) => [one]),
    values: new Map(),
  };
}

async function naive(
  host: ModelHost,
  { clean, corrupt, readAt }: NaivePair,
  one: Patch,
  metric: MetricSpec,
): Promise<number> {
  const read = async (tokens: readonly number[]) => {
    const run = await cleanRun(host, { tokens, readAt }, metric, [one.hook], new Map(), later);
    return run.activations.get(one.hook)!;
  };
  const [old, other] = [await read(corrupt), await read(clean)];
  const { value, kept } = overwritten(one, old, other);
  const input = interventionInput(one.hook);
  const plan: Plan = {
    ...capture([]),
    ...metricPlan(metric),
    dictionaries: dictionariesOf(host, [one.hook], metric),
    interventions: [{ hook: one.hook, kind: 'replace' }],
    outputs: [{ kind: 'metric' }],
  };
  const feeds = new Map<string, Tensor>([
    ...rowFeeds(metric, readAt, [corrupt]),
    [input, { data: value, dims: old.dims }],
    [`${input}.kept`, { data: kept, dims: old.dims }],
  ]);
  return (await host.run(plan, [corrupt], feeds)).get('metric')!.data[0] as number;
}

function overwritten({ hook, positions, value: { from } }: Patch, { data, dims }: Tensor, other: Tensor) {
  const value = new Float32Array(data.length);
  const kept = new Float32Array(data.length).fill(1);
  const axis = isPattern(hook) ? 2 : 1;
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  for (let i = 0; i < data.length; i++) {
    if (!positions!.includes(Math.floor(i / inner) % dims[axis]!)) continue;
    value[i] = from === 'source' ? Number(other.data[i]) : 0;
    kept[i] = 0;
  }
  return { value, kept };
}
