/** Runs one pack: the plan of its layer and patches, fed with the base run's cached values. */
import { type Feeds, integers } from '../feeds';
import { answerFeeds, nextToken } from '../metricFeeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type Plan } from '../plan';
import { type CleanRun, dictionariesOf, metricPlan } from './baseRun';
import { packMask, type Pack, packPositions, type PlacedSegment } from './packs';
import { patchFeeds } from './patchFeeds';
import { FROM_TOKENS } from './places';
import type { SweepParams } from './requests';

export class PackRunner {
  constructor(
    private readonly host: ModelHost,
    private readonly params: SweepParams,
    private readonly base: CleanRun,
    private readonly source: ReadonlyMap<string, Tensor>,
    private readonly reference: Feeds,
  ) {}

  /** For every segment the metric at the positions of `readAt` that it computes, in their order. */
  async run(pack: Pack, lookUp: LookUp): Promise<number[][]> {
    const hooks = this.patchedHooks(pack);
    const readings = pack.segments.map((segment) => this.readings(segment));
    const feeds = new Map([
      ...this.sequenceFeeds(pack),
      ...this.metricFeeds(readings),
      ...hooks.flatMap((hook) => [...this.patches(hook, pack)]),
    ]);
    const results = await this.host.run(this.plan(pack, hooks), [], feeds, pack.past, lookUp);
    const metrics = results.get('metric.rows')!.data as Float32Array;
    let row = 0;
    return readings.map((rows) => rows.map(() => metrics[row++]!));
  }

  private plan({ start }: Pack, hooks: readonly string[]): Plan {
    return {
      ...capture([]),
      ...metricPlan(this.params.metric),
      dictionaries: dictionariesOf(this.host, hooks, this.params.metric),
      interventions: hooks.map((hook) => ({ hook, kind: 'replace' })),
      outputs: [{ kind: 'metricRows' }],
      past: true,
      starts: start === FROM_TOKENS ? [] : [`blocks.${start}.hook_resid_pre`],
    };
  }

  /** All hook points that cells starting at this layer patch, so that packs of one layer share a session. */
  private patchedHooks({ segments }: Pack): string[] {
    const hooks = segments.flatMap(({ cell }) => this.params.cells[cell]!.map(({ hook }) => hook));
    return [...new Set(hooks)].sort();
  }

  private patches(hook: string, pack: Pack): Feeds {
    const sources = { pair: this.params, source: this.source, given: this.params.values };
    return patchFeeds(hook, this.host.shapeOf(hook), pack, this.params.cells, sources);
  }

  /** Tokens or residual input, positions, mask, and the base run's earlier keys and values. */
  private sequenceFeeds(pack: Pack): [string, Tensor][] {
    const positions = packPositions(pack);
    const { layers } = this.host.architecture.dimensions;
    const first = Math.max(0, pack.start);
    const cached = Array.from({ length: layers - first }, (_, i) => first + i).flatMap((layer) =>
      ['k', 'v'].map((part): [string, Tensor] => [
        `past.${layer}.${part}`,
        firstPositions(this.activation(`blocks.${layer}.attn.hook_${part}`), pack.past),
      ]),
    );
    return [
      this.entry(pack.start, positions),
      ['positions', integers(positions)],
      ['mask', { data: packMask(pack), dims: [pack.length, pack.past + pack.length] }],
      ...cached,
    ];
  }

  private entry(start: number, positions: readonly number[]): [string, Tensor] {
    if (start === FROM_TOKENS) {
      const { tokens } = this.params.base;
      return [
        'tokens',
        integers(
          positions.map((position) => tokens[position]!),
          [1, positions.length],
        ),
      ];
    }
    const hook = `blocks.${start}.hook_resid_pre`;
    return [hook, gatherPositions(this.activation(hook), positions)];
  }

  private activation(hook: string): Tensor {
    return this.base.activations.get(hook)!;
  }

  /** Which of the metric's positions a segment computes: packed row, rank among `readAt`, base position. */
  private readings({ from, offset }: PlacedSegment): Reading[] {
    return this.params.base.readAt.flatMap((position, rank) =>
      position < from ? [] : [{ row: offset + position - from, rank, position }],
    );
  }

  private metricFeeds(readings: readonly (readonly Reading[])[]): [string, Tensor][] {
    const all = readings.flat();
    const { metric, base } = this.params;
    const targets = () => all.map(({ position }) => nextToken(base.tokens, position));
    return [
      ['rows', integers(all.map(({ row }) => row))],
      ...answerFeeds(metric),
      ...(metric.kind === 'loss'
        ? [['metric.targets', integers(targets(), [1, all.length])] as [string, Tensor]]
        : []),
      ['metric.reference', integers(all.map(({ rank }) => rank))],
      ...this.reference,
    ];
  }
}

interface Reading {
  readonly row: number;
  readonly rank: number;
  readonly position: number;
}

/** The first positions of [1, pos, ...inner], without a copy. */
function firstPositions({ data, dims }: Tensor, count: number): Tensor {
  const [, length, ...inner] = dims as [number, number, ...number[]];
  return {
    data: (data as Float32Array).subarray(0, (data.length / length) * count),
    dims: [1, count, ...inner],
  };
}

/** Positions of [1, pos, ...inner], in the order asked for, repeated where asked for twice. */
function gatherPositions({ data, dims }: Tensor, positions: readonly number[]): Tensor {
  const [, length, ...inner] = dims as [number, number, ...number[]];
  const width = data.length / length;
  const gathered = new Float32Array(positions.length * width);
  positions.forEach((position, i) => {
    gathered.set((data as Float32Array).subarray(position * width, (position + 1) * width), i * width);
  });
  return { data: gathered, dims: [1, positions.length, ...inner] };
}
