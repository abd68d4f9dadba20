/**
 * Derivatives stretch by stretch: the backward pass of a long run cannot be interrupted, so the model is cut between layers. Every
 * stretch is run anew from the residual stream that enters it, and hands the derivative by that to the stretch below.
 */
import { errorHook } from '../../dictionaries/splices';
import { forwardOperations } from '../chunks';
import type { ModelHost } from '../modelHost';
import { changesValue, type Plan, type PlanOutput } from '../plan';

/** Multiplications and additions between two looks at cancellation: a quarter of a second of a slow two-core machine. */
const MOST_OPERATIONS = 15e9;

export interface Stretch {
  /** The first layer that is in it. */
  readonly first: number;
  /** The hook point whose value it starts from; null for the lowest, which starts as the whole plan does. */
  readonly from: string | null;
  readonly to: string | null;
  /** Its outputs, and the derivative by `from` where a stretch below needs it. */
  readonly plan: Plan;
}

/** The residual stream that enters a layer: through it passes everything. */
export function residualInto(layer: number): string {
  return `blocks.${layer}.hook_resid_pre`;
}

/** Operations of a forward and a backward pass through some layers. */
export function derivativeOperations(host: ModelHost, layers: number, rows: number, length: number): number {
  const { dimensions } = host.architecture;
  return 2 * forwardOperations({ ...dimensions, layers, vocabulary: 0 }, rows, length);
}

/** How many rows fit between two looks at cancellation, one at least. */
export function rowsAtOnce(host: ModelHost, layers: number, length: number): number {
  return Math.max(1, Math.floor(MOST_OPERATIONS / derivativeOperations(host, layers, 1, length)));
}

/** The layers before which a run of this size is cut: none for a short one. */
export function evenCuts(host: ModelHost, plan: Plan, rows: number, length: number): number[] {
  const { layers } = host.architecture.dimensions;
  const first = startLayer(plan);
  const pieces = Math.ceil(derivativeOperations(host, layers - first, rows, length) / MOST_OPERATIONS);
  const each = Math.max(1, Math.ceil((layers - first) / pieces));
  return possibleCuts(host, plan).filter((layer) => (layer - first) % each === 0);
}

/** The layers before which the plan can be cut: no dictionary reads before and writes after, and that of the metric comes after. */
export function possibleCuts(host: ModelHost, plan: Plan): number[] {
  const places = new Places(host);
  const first = startLayer(plan);
  const layers = Array.from({ length: host.architecture.dimensions.layers }, (_, layer) => layer);
  return layers.filter((layer) => {
    if (layer <= first) return false;
    const cut = places.of(residualInto(layer));
    return plan.dictionaries.every(({ id }) => {
      const { hookName, hookNameOut } = host.dictionaries.get(id)!.algebra.config;
      if (places.of(hookName) > cut) return true;
      return id !== plan.metricDictionary && places.of(hookNameOut) <= cut;
    });
  });
}

function startLayer({ starts }: Plan): number {
  const layers = starts.map((hook) => Number(/^blocks\.(\d+)\./.exec(hook)?.[1] ?? 0));
  return Math.max(0, ...layers);
}

/**
 * The stretches between the cuts, the lowest first; those below the lowest output are left out.
 *
 * What stands at a cut belongs below it: the stretch above is fed the value after it.
 */
export function stretches(host: ModelHost, plan: Plan, cuts: readonly number[]): Stretch[] {
  const places = new Places(host);
  const all = [startLayer(plan), ...cuts].map((first, i) => {
    const next = cuts[i];
    const range = {
      from: i === 0 ? null : residualInto(first),
      to: next === undefined ? null : residualInto(next),
    };
    return { first, ...range, outputs: plan.outputs.filter((output) => isIn(range, places, output)) };
  });
  const lowest = all.findIndex(({ outputs }) => outputs.some(isDerivative));
  return all.slice(Math.max(0, lowest)).map(({ first, outputs, ...range }, i) => {
    const below: PlanOutput[] = i > 0 ? [{ kind: 'gradient', hook: range.from! }] : [];
    return { first, ...range, plan: stretchPlan(host, plan, range, places, [...outputs, ...below]) };
  });
}

/** Behind `from`, up to `to`. */
interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

function stretchPlan(
  host: ModelHost,
  plan: Plan,
  range: Range,
  places: Places,
  outputs: readonly PlanOutput[],
): Plan {
  return {
    ...plan,
    dictionaries: plan.dictionaries.filter(({ id }) =>
      places.isWithin(range, host.dictionaries.get(id)!.algebra.config.hookName),
    ),
    interventions: plan.interventions.filter(({ hook }) => places.isWithin(range, hook)),
    ...(range.to === null ? {} : { metric: null, cotangentAt: range.to }),
    outputs,
    starts: range.from === null ? plan.starts : [range.from],
  };
}

/** The plan that computes what stretches start from. */
export function forwardPlan(plan: Plan, parts: readonly Stretch[]): Plan {
  const outputs = parts.flatMap(({ from }): PlanOutput[] =>
    from === null ? [] : [{ kind: 'hook', hook: from }],
  );
  return { ...plan, metric: null, interventions: plan.interventions.filter(changesValue), outputs };
}

function isDerivative({ kind }: PlanOutput): boolean {
  return kind === 'attribution' || kind === 'softmaxAttribution';
}

/** Outputs of no place of their own (the metric) come from the top. */
function isIn(range: Range, places: Places, output: PlanOutput): boolean {
  if (output.kind === 'attribution') return places.isWithin(range, output.hook);
  if (output.kind === 'softmaxAttribution')
    return places.isWithin(range, `blocks.${output.layer}.attn.hook_pattern`);
  return range.to === null;
}

/** Ranks of hook points in running order, those of dictionaries included. */
class Places {
  private readonly ranks: ReadonlyMap<string, number>;

  constructor(host: ModelHost) {
    const ranks = new Map(host.hooks.map((hook, rank) => [hook, rank]));
    for (const { hook, algebra } of host.dictionaries.values()) {
      const { hookName, hookNameOut } = algebra.config;
      ranks.set(hook, ranks.get(hookName)!);
      ranks.set(errorHook(hook), ranks.get(hookNameOut)!);
    }
    this.ranks = ranks;
  }

  of(hook: string): number {
    return this.ranks.get(hook)!;
  }

  isWithin({ from, to }: Range, hook: string): boolean {
    const place = this.of(hook);
    return (from === null || place > this.of(from)) && (to === null || place <= this.of(to));
  }
}
