/**
 * Exact activation patching: the metric of the base run with each cell's patches in it.
 *
 * The base run is computed once. A cell whose first patch stands in layer L at position p recomputes layers from L on and
 * positions from p on; before them it looks back at the base run's keys and values. Cells run packed (packs.ts), so that a layer's weights
 * are read once for many of them.
 */
import { RunError } from '../feeds';
import type { LookUp, ModelHost } from '../modelHost';
import { type CleanRun, cleanRun, mean, referenceFeeds } from './baseRun';
import { checkSweep } from './checks';
import { isOutOfMemory, PackBudget } from './packBudget';
import { PackRunner, residualInput } from './packRunner';
import { type Pack, type Segment, takePack } from './packs';
import { cellStart, FROM_TOKENS, reached, sharedPrefix, startLayer } from './places';
import type { SweepParams, SweepPart, SweepResult } from './requests';

export interface SweepContext {
  readonly lookUp: LookUp;
  readonly partial: (part: SweepPart) => void;
}

/**
 * @throws RunError for a request that the model cannot take, Cancelled from `lookUp`; what was finished before has left as
 * partial results
 */
export async function sweep(
  host: ModelHost,
  params: SweepParams,
  context: SweepContext,
): Promise<SweepResult> {
  checkSweep(host, params);
  const last = metricLayer(host, params);
  const segments = changedSegments(host, params, last);
  const { base, source, reference } = await unchangedRuns(host, params, segments, context.lookUp);
  context.partial({ type: 'runs', base: base.metric, source: source?.metric ?? null });
  const metrics = new Float64Array(params.cells.length).fill(base.metric);
  const report = (cells: readonly number[]) => {
    context.partial({ type: 'cells', cells, metrics: cells.map((cell) => metrics[cell]!) });
  };
  report(untouched(params.cells.length, segments));
  const runner = new PackRunner(host, params, base, source?.activations ?? new Map(), reference, last);
  await runPacks(host, params, segments, runner, context, (pack, rows) => {
    pack.segments.forEach(({ cell, from }, i) => {
      metrics[cell] = mean(wholeMetric(params.base.readAt, base.rows, from, rows[i]!));
    });
    report(pack.segments.map(({ cell }) => cell));
  });
  return { base: base.metric, source: source?.metric ?? null, metrics };
}

/** Runs everything, in smaller packs after memory was not to be had. */
async function runPacks(
  host: ModelHost,
  params: SweepParams,
  segments: readonly Segment[],
  runner: PackRunner,
  { lookUp }: SweepContext,
  finished: (pack: Pack, rows: readonly (readonly number[])[]) => void,
): Promise<void> {
  const budget = new PackBudget(host, params);
  for (let waiting = segments; waiting.length > 0;) {
    const { pack, rest } = takePack(waiting, budget.positions);
    try {
      finished(pack, await runner.run(pack, lookUp));
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (!budget.shrink(pack)) throw new RunError(NO_MEMORY);
      continue;
    }
    waiting = rest;
  }
}

const NO_MEMORY =
  'there is not enough memory for a single cell: use a shorter prompt, unload dictionaries, or raise the memory of the machine';

/** The layer in which the metric is read. */
function metricLayer(host: ModelHost, { metric }: SweepParams): number {
  const { layers } = host.architecture.dimensions;
  if (metric.kind !== 'feature') return layers - 1;
  return Math.max(0, startLayer(host.dictionaries.get(metric.dictionary!)!.hook, layers));
}

/** Rows before a cell's first change are the base run's. */
function wholeMetric(
  readAt: readonly number[],
  unchanged: readonly number[],
  from: number,
  changed: readonly number[],
): number[] {
  let next = 0;
  return readAt.map((position, i) => (position < from ? unchanged[i]! : changed[next++]!));
}

/**
 * What must be computed, the cheapest first. Cells that change nothing are left out: nothing is covered, both runs are equal
 * there, or the metric is read before it. Where a model is not causal, a change anywhere changes everything.
 */
function changedSegments(host: ModelHost, params: SweepParams, last: number): Segment[] {
  const { causal, dimensions } = host.architecture;
  const { layers } = dimensions;
  const prefix = causal ? sharedPrefix(params) : 0;
  const end = causal ? Math.max(...params.base.readAt) : params.base.tokens.length - 1;
  const segments = params.cells.flatMap((patches, cell): Segment[] => {
    const first = Math.min(
      Infinity,
      ...patches.map((patch) => reached(patch, params, prefix)[0] ?? Infinity),
    );
    const from = causal || first === Infinity ? first : 0;
    const start = cellStart(patches, layers);
    return from > end || start > last ? [] : [{ cell, start, from, length: end - from + 1 }];
  });
  const cost = ({ length, start }: Segment) => length * (last + 1 - start);
  return segments.sort((a, b) => cost(a) - cost(b));
}

function untouched(count: number, segments: readonly Segment[]): number[] {
  const computed = new Set(segments.map(({ cell }) => cell));
  return Array.from({ length: count }, (_, cell) => cell).filter((cell) => !computed.has(cell));
}

async function unchangedRuns(
  host: ModelHost,
  params: SweepParams,
  segments: readonly Segment[],
  lookUp: LookUp,
) {
  const starts = [...new Set(segments.map(({ start }) => start))];
  const reference = await referenceFeeds(host, params, params.metric, lookUp);
  const base = await cleanRun(host, params.base, params.metric, baseHooks(host, starts), reference, lookUp);
  const fromSource = params.cells.flat().filter(({ value }) => value.from === 'source');
  const hooks = [...new Set(fromSource.map(({ hook }) => hook))];
  const source: CleanRun | null = params.source
    ? await cleanRun(host, params.source, params.metric, hooks, reference, lookUp)
    : null;
  return { base, source, reference };
}

/** Residual inputs where runs start, and every layer's keys and values from there on. */
function baseHooks(host: ModelHost, starts: readonly number[]): string[] {
  if (starts.length === 0) return [];
  const residuals = starts.filter((start) => start !== FROM_TOKENS).map(residualInput);
  const first = Math.max(0, Math.min(...starts));
  const layers = Array.from({ length: host.architecture.dimensions.layers - first }, (_, i) => first + i);
  return [
    ...residuals,
    ...layers.flatMap((layer) => [`blocks.${layer}.attn.hook_k`, `blocks.${layer}.attn.hook_v`]),
  ];
}
