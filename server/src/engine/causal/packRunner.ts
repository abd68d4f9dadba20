/** Takes packs through the layers: in each one the cells that begin there join, patched, and all go on together. */
import { type Feeds, integers, pastPositions } from '../feeds';
import { answerFeeds, nextToken } from '../metricFeeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type Plan } from '../plan';
import { type CleanRun, dictionariesOf, metricPlan } from './baseRun';
import { joined, packMask, type Pack, packPositions, type PlacedSegment } from './packs';
import { patched, patchFeeds, type PatchSources } from './patchFeeds';
import { FROM_TOKENS, startLayer } from './places';
import type { SweepParams } from './requests';
import { gatherPositions, joinPositions, firstPositions } from './rows';

export class PackRunner {
  /** Patched hook points by the layer that computes them: of all cells, so that all packs share sessions. */
  private readonly patched = new Map<number, string[]>();

  constructor(
    private readonly host: ModelHost,
    private readonly params: SweepParams,
    private readonly base: CleanRun,
    private readonly source: ReadonlyMap<string, Tensor>,
    private readonly reference: Feeds,
    /** The layer in which the metric is read, at its end. */
    private readonly last: number,
  ) {
    const hooks = new Set(params.cells.flat().map(({ hook }) => hook));
    for (const hook of [...hooks].sort()) {
      const layer = startLayer(hook, host.architecture.dimensions.layers);
      this.patched.set(layer, [...(this.patched.get(layer) ?? []), hook]);
    }
  }

  /** By segment, the metric at the positions of `readAt` that it computes, in their order. Looks up before every layer. */
  async run(pack: Pack, lookUp: LookUp): Promise<number[][]> {
    let residual: Tensor | null = null;
    for (let layer = pack.segments[0]!.start; layer < this.last; layer++) {
      await lookUp();
      const here = joined(pack, layer);
      const results = await this.host.run(
        this.step(layer),
        [],
        this.stepFeeds(here, layer, residual),
        here.past,
      );
      residual = results.get(residualInput(layer + 1))!;
    }
    await lookUp();
    return this.finish(pack, residual);
  }

  private async finish(pack: Pack, residual: Tensor | null): Promise<number[][]> {
    const readings = pack.segments.map((segment) => this.readings(segment));
    const feeds = new Map([
      ...this.stepFeeds(pack, this.last, residual),
      ...this.metricFeeds(readings.flat()),
    ]);
    const plan: Plan = {
      ...this.plan(this.last),
      ...metricPlan(this.params.metric),
      outputs: [{ kind: 'metricRows' }],
    };
    const results = await this.host.run(plan, [], feeds, pack.past);
    const metrics = results.get('metric.rows')!.data as Float32Array;
    let row = 0;
    return readings.map((rows) => rows.map(() => metrics[row++]!));
  }

  private step(layer: number): Plan {
    return { ...this.plan(layer), outputs: [{ kind: 'hook', hook: residualInput(layer + 1) }] };
  }

  /** One layer, with everything that any cell patches in it. */
  private plan(layer: number): Plan {
    const hooks = this.spliced(layer);
    const metric = layer === this.last ? this.params.metric : {};
    return {
      ...capture([]),
      dictionaries: dictionariesOf(this.host, hooks, metric),
      interventions: hooks.map((hook) => ({ hook, kind: 'replace' })),
      past: layer !== FROM_TOKENS,
      starts: layer === FROM_TOKENS ? [] : [residualInput(layer)],
    };
  }

  /** What is patched inside of a layer; what goes into it is patched before it is fed. */
  private spliced(layer: number): readonly string[] {
    return (this.patched.get(layer) ?? []).filter((hook) => hook !== residualInput(layer));
  }

  private get sources(): PatchSources {
    const { params, source, isCausal } = this;
    return { pair: params, source, given: params.values, isCausal };
  }

  private get isCausal(): boolean {
    return this.host.architecture.causal;
  }

  private stepFeeds(pack: Pack, layer: number, residual: Tensor | null): Map<string, Tensor> {
    const positions = packPositions(pack);
    const patches = this.spliced(layer).flatMap((hook) => [
      ...patchFeeds(hook, this.host.shapeOf(hook), pack, this.params.cells, this.sources),
    ]);
    return new Map<string, Tensor>([
      this.entry(pack, layer, residual),
      ['positions', integers(positions)],
      ['mask', { data: packMask(pack, this.isCausal), dims: [pack.length, pack.past + pack.length] }],
      pastPositions(pack.past),
      ...this.pastFeeds(layer, pack.past),
      ...patches,
    ]);
  }

  /** The residual input of those that come from the layer before, and behind it that of those that join. */
  private entry(pack: Pack, layer: number, residual: Tensor | null): [string, Tensor] {
    if (layer === FROM_TOKENS) {
      const ids = packPositions(pack).map((position) => this.params.base.tokens[position]!);
      return ['tokens', integers(ids, [1, ids.length])];
    }
    const hook = residualInput(layer);
    const whole = this.withJoining(pack, layer, residual);
    if (!this.patched.get(layer)?.includes(hook)) return [hook, whole];
    return [hook, patched(hook, whole, pack, this.params.cells, this.sources)];
  }

  private withJoining({ segments }: Pack, layer: number, residual: Tensor | null): Tensor {
    const joining = segments.filter(({ start }) => start === layer);
    if (joining.length === 0) return residual!;
    const base = this.base.activations.get(residualInput(layer))!;
    const fresh = gatherPositions(base, packPositions({ segments: joining }));
    return residual ? joinPositions(residual, fresh) : fresh;
  }

  private pastFeeds(layer: number, past: number): [string, Tensor][] {
    if (layer === FROM_TOKENS) return [];
    return ['k', 'v'].map((part) => [
      `past.${layer}.${part}`,
      firstPositions(this.base.activations.get(`blocks.${layer}.attn.hook_${part}`)!, past),
    ]);
  }

  /** Which of the metric's positions a segment computes. */
  private readings({ from, offset }: PlacedSegment): Reading[] {
    return this.params.base.readAt.flatMap((position, rank) =>
      position < from ? [] : [{ row: offset + position - from, rank, position }],
    );
  }

  private metricFeeds(readings: readonly Reading[]): [string, Tensor][] {
    const { metric, base } = this.params;
    const feeds: [string, Tensor][] = [
      ['rows', integers(readings.map(({ row }) => row))],
      ['metric.reference', integers(readings.map(({ rank }) => rank))],
      ...answerFeeds(metric),
      ...this.reference,
    ];
    if (metric.kind !== 'loss') return feeds;
    const targets = readings.map(({ position }) => nextToken(base.tokens, position));
    return [...feeds, ['metric.targets', integers(targets, [1, readings.length])]];
  }
}

/** One position of the metric: its row in the packed sequence, its rank among `readAt`, the base position. */
interface Reading {
  readonly row: number;
  readonly rank: number;
  readonly position: number;
}

/** Where a layer starts. */
export function residualInput(layer: number): string {
  return `blocks.${layer}.hook_resid_pre`;
}
