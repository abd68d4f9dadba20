/**
 * Exact activation patching: the metric of the base run with each cell's patches in it.
 *
 * The base run is computed once. A cell whose first patch stands in layer L at position p recomputes layers from L on and
 * positions from p on; before them it looks back at the base run's keys and values. Cells run packed (packs.ts), so that weights are read
 * once for many of them.
 */
import { errorHook } from '../../dictionaries/splices';
import { RunError } from '../feeds';
import type { LookUp, ModelHost } from '../modelHost';
import { type CleanRun, cleanRun, mean, referenceFeeds } from './baseRun';
import { isOutOfMemory, PackBudget } from './packBudget';
import { PackRunner } from './packRunner';
import { type Segment, takePack } from './packs';
import { cellStart, FROM_TOKENS, isPattern, reached, sharedPrefix } from './places';
import type { Cell, SweepParams, SweepPart, SweepResult } from './requests';

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
  checkCells(host, params);
  const groups = segmentsByStart(host, params);
  const { base, source, reference } = await unchangedRuns(host, params, [...groups.keys()], context.lookUp);
  context.partial({ type: 'runs', base: base.metric, source: source?.metric ?? null });
  const metrics = new Float64Array(params.cells.length).fill(base.metric);
  const report = (cells: readonly number[]) => {
    context.partial({ type: 'cells', cells, metrics: cells.map((cell) => metrics[cell]!) });
  };
  report(untouched(params.cells.length, groups));
  const runner = new PackRunner(host, params, base, source?.activations ?? new Map(), reference);
  const budget = new PackBudget(host, params);
  for (const [start, segments] of groups) {
    for (let waiting: readonly Segment[] = segments; waiting.length > 0;) {
      await context.lookUp();
      const { pack, rest } = takePack(start, waiting, budget.positions(start));
      try {
        const rows = await budget.time(pack, () => runner.run(pack, context.lookUp));
        pack.segments.forEach(({ cell, from }, i) => {
          metrics[cell] = mean(wholeMetric(params.base.readAt, base.rows, from, rows[i]!));
        });
      } catch (error) {
        if (!isOutOfMemory(error) || !budget.shrink(pack)) throw error;
        continue;
      }
      report(pack.segments.map(({ cell }) => cell));
      waiting = rest;
    }
  }
  return { base: base.metric, source: source?.metric ?? null, metrics };
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
 * What must be computed, by starting layer, the cheapest first: later layers, and within one the shortest suffixes. Cells that
 * change nothing are left out: nothing is covered, both runs are equal there, or the metric is read before it.
 */
function segmentsByStart(host: ModelHost, params: SweepParams): Map<number, Segment[]> {
  const { layers } = host.architecture.dimensions;
  const prefix = sharedPrefix(params);
  const last = Math.max(...params.base.readAt);
  const groups = new Map<number, Segment[]>();
  params.cells.forEach((patches, cell) => {
    const from = Math.min(Infinity, ...patches.map((patch) => reached(patch, params, prefix)[0] ?? Infinity));
    if (from > last) return;
    const start = cellStart(patches, layers);
    groups.set(start, [...(groups.get(start) ?? []), { cell, from, length: last - from + 1 }]);
  });
  for (const segments of groups.values()) segments.sort((a, b) => a.length - b.length);
  return new Map([...groups].sort(([a], [b]) => b - a));
}

function untouched(count: number, groups: ReadonlyMap<number, readonly Segment[]>): number[] {
  const computed = new Set([...groups.values()].flatMap((segments) => segments.map(({ cell }) => cell)));
  return Array.from({ length: count }, (_, cell) => cell).filter((cell) => !computed.has(cell));
}

async function unchangedRuns(
  host: ModelHost,
  params: SweepParams,
  starts: readonly number[],
  lookUp: LookUp,
) {
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
  const residuals = starts
    .filter((start) => start !== FROM_TOKENS)
    .map((start) => `blocks.${start}.hook_resid_pre`);
  const first = Math.max(0, Math.min(...starts));
  const layers = Array.from({ length: host.architecture.dimensions.layers - first }, (_, i) => first + i);
  return [
    ...residuals,
    ...layers.flatMap((layer) => [`blocks.${layer}.attn.hook_k`, `blocks.${layer}.attn.hook_v`]),
  ];
}

/** @throws RunError naming what a patch asks for that the model does not have */
function checkCells(host: ModelHost, params: SweepParams): void {
  const known = new Set(host.hooks);
  for (const { hook } of host.dictionaries.values()) known.add(hook).add(errorHook(hook));
  for (const patch of params.cells.flat()) {
    if (!known.has(patch.hook)) throw new RunError(`the model has no hook point ${patch.hook}`);
    if (patch.value.from === 'source') checkSource(patch, params);
    if (patch.value.from === 'given' && !params.values.has(patch.value.name)) {
      throw new RunError(`no values named ${patch.value.name} were given for ${patch.hook}`);
    }
  }
}

function checkSource({ hook }: Cell[number], { base, source, alignment }: SweepParams): void {
  if (!source) throw new RunError(`${hook} is to be patched from another run, and none was given`);
  if (!isPattern(hook)) return;
  const isAligned = source.tokens.length === base.tokens.length && alignment.every((at, i) => at === i);
  if (isAligned) return;
  throw new RunError(
    `${hook} can be patched only between runs of equal length whose positions stand for each other: patch q, k, v or z instead`,
  );
}
