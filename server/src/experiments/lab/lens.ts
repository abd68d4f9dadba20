/** Logit lens (nostalgebraist 2020): the residual stream of every layer through the last norm and the unembedding. */
import type { LensRun } from '../../../../protocol/experimentSpec';
import type { LensPredictions, Tick } from '../../../../protocol/experiments';
import type { MetricSpec } from '../../engine/causal/requests';
import { integers } from '../../engine/feeds';
import type { Tensors } from '../../engine/messages';
import { rowFeeds } from '../../engine/metricFeeds';
import type { Tensor } from '../../engine/ort';
import { capture, type Plan, type PlanOutput } from '../../engine/plan';
import { type Bench, cleanSummary, finite, meanOf, metricOfRun, resolveAll, shownMetric } from './bench';
import { upTo } from './coverage';
import { tokenName } from './laboratory';
import { layOut } from './layOut';
import type { ResolvedMetric } from './metrics';
import { averageNote } from './notes';
import type { Recorder } from './recorder';
import { Refusal } from './refusal';
import { hookOf } from './sites';

/** Likeliest tokens of each cell unless the run says otherwise. */
const DEFAULT_TOP = 5;
/** The run itself, and what the unembedding of all layers costs beside it. */
const FORWARDS = 3;

/** @throws Refusal, EngineError; what is computed by then is in the recorder */
export async function runLens(run: LensRun, bench: Bench, recorder: Recorder): Promise<void> {
  const text = metricOfRun(bench, run.metric);
  const metrics = resolveAll(bench, text, []);
  recorder.describe({ at: `logit lens at ${run.lens}`, metric: shownMetric(text, metrics, bench.lab) });
  if (metrics.some(({ spec }) => spec.kind === 'feature'))
    throw new Refusal('the logit lens reads logits, and a feature is none: choose another metric');
  await new Lens(run, metrics, bench, recorder).run();
}

/** What the lens says of one pair. */
interface PairLens {
  /** [layer, position] flat; null where nothing was computed or there is no next token. */
  readonly values: (number | null)[];
  /** Layer by layer, as far as computed. */
  readonly predictions: LensPredictions[number][];
  clean: number | null;
}

class Lens {
  private readonly layers: readonly number[];
  private readonly hooks: readonly string[];
  private readonly ticks: readonly (readonly Tick[])[];
  private readonly found: readonly PairLens[];

  constructor(
    private readonly settings: LensRun,
    private readonly metrics: readonly ResolvedMetric[],
    private readonly bench: Bench,
    private readonly recorder: Recorder,
  ) {
    const { lab, pairs } = bench;
    this.layers = upTo(lab.model.dimensions.layers);
    this.hooks = this.layers.map((layer) => hookOf(settings.lens, layer, null));
    if (!this.hooks.every((hook) => lab.model.hooks.includes(hook)))
      throw new Refusal(`this model has no ${settings.lens}: choose resid_pre or resid_post`);
    const rows = this.layers.map((index) => ({ label: `${index}`, index }));
    const prompts = pairs.map(({ clean }) => clean);
    const grids = prompts.map(({ ids }) => ({
      ticks: [rows, ids.map((id, index) => ({ label: tokenName(lab, id), index }))],
      cells: [],
    }));
    this.ticks = layOut(['layer', 'position'], grids, prompts);
    const cells = this.layers.length * this.length;
    this.found = pairs.map(() => ({
      values: new Array<null>(cells).fill(null),
      predictions: [],
      clean: null,
    }));
  }

  private get length(): number {
    return this.ticks[1]!.length;
  }

  async run(): Promise<void> {
    const { pairs } = this.bench;
    this.recorder.start({
      axes: ['layer', 'position'],
      ticks: this.ticks,
      total: this.layers.length * this.length * pairs.length,
      forwards: pairs.length * FORWARDS,
      length: this.length,
    });
    if (pairs.length > 1) this.recorder.note('The likeliest tokens are those of the first pair.');
    try {
      for (const index of pairs.keys()) await this.read(index);
    } finally {
      this.recorder.note(...averageNote(this.complete().length, pairs.length));
    }
  }

  /** One run that keeps every layer's residual stream, then each layer's through the end of the model. */
  private async read(index: number): Promise<void> {
    const { lab, pairs, signal } = this.bench;
    const { ids } = pairs[index]!.clean;
    const { spec, cleanReadAt } = this.metrics[index]!;
    const isKl = spec.kind === 'kl';
    const hooks = this.hooks.map((hook): PlanOutput => ({ kind: 'hook', hook }));
    const plan: Plan = {
      ...capture([]),
      metric: isKl ? null : spec.kind,
      outputs: [...hooks, { kind: isKl ? 'logProbs' : 'metric' }],
    };
    const feeds = isKl ? new Map([['rows', integers(upTo(ids.length))]]) : rowFeeds(spec, cleanReadAt, [ids]);
    const results = await lab.ask('run', { plan, tokens: [ids], feeds }, { signal });
    // The clean run does not diverge from itself.
    this.found[index]!.clean = isKl ? 0 : finite(Number(results.get('metric')!.data[0]));
    const reference = isKl ? referenceFeeds(results.get('logProbs')!) : new Map<string, Tensor>();
    for (const [layer, hook] of this.hooks.entries())
      this.take(index, layer, await this.readLayer(spec, ids, results.get(hook)!, reference));
  }

  private async readLayer(
    spec: MetricSpec,
    ids: readonly number[],
    residual: Tensor,
    reference: ReadonlyMap<string, Tensor>,
  ): Promise<Tensors> {
    const { lab, signal } = this.bench;
    const start = `blocks.${this.layers.length - 1}.hook_resid_post`;
    const k = Math.min(this.settings.top ?? DEFAULT_TOP, lab.model.dimensions.vocabulary);
    const plan: Plan = {
      ...capture([]),
      metric: spec.kind,
      outputs: [{ kind: 'metricRows' }, { kind: 'predictions', k }],
      starts: [start],
    };
    const rows = upTo(spec.kind === 'loss' ? ids.length - 1 : ids.length);
    const feeds = new Map([...rowFeeds(spec, rows, [ids]), ...reference, [start, residual] as const]);
    return lab.ask('run', { plan, tokens: [], feeds }, { signal });
  }

  private take(index: number, layer: number, results: Tensors): void {
    const { lab, pairs } = this.bench;
    const { values, predictions } = this.found[index]!;
    const rows = results.get('metric.rows')!.data;
    rows.forEach((value: number | bigint, position: number) => {
      values[layer * this.length + position] = finite(Number(value));
    });
    predictions.push(predictionsOf(results, (id) => ({ id, text: tokenName(lab, id) })));
    const complete = this.complete();
    const counted = complete.length > 0 ? complete : this.found.slice(0, 1);
    this.recorder.update({
      flat: values.map((_, cell) => meanOf(counted.map((each) => each.values[cell]!))),
      lens: this.layers.map((at) => this.found[0]!.predictions[at] ?? upTo(this.length).map(() => [])),
      clean: meanOf(counted.map(({ clean }) => clean)),
      pairs: pairs.map((pair, i) => cleanSummary(pair, this.metrics[i]!, this.found[i]!.clean)),
      done: this.found.reduce((sum, each) => sum + each.predictions.length * this.length, 0),
    });
  }

  private complete(): readonly PairLens[] {
    return this.found.filter(({ predictions }) => predictions.length === this.layers.length);
  }
}

/** For `kl`: every position stands against the clean run's. @param logProbs [1, pos, vocabulary] */
function referenceFeeds({ data, dims }: Tensor): Map<string, Tensor> {
  return new Map([
    ['metric.clean', { data, dims: dims.slice(1) }],
    ['metric.reference', integers(upTo(dims[1]!))],
  ]);
}

type TokenOf = (id: number) => LensPredictions[number][number][number]['token'];

/** The likeliest tokens of one layer, position by position. */
function predictionsOf(results: Tensors, tokenOf: TokenOf): LensPredictions[number] {
  const { data: logProbs, dims } = results.get('predictions.values')!;
  const ids = results.get('predictions.indices')!.data;
  const [, length, k] = dims as [number, number, number];
  return upTo(length).map((position) =>
    upTo(k).map((rank) => ({
      token: tokenOf(Number(ids[position * k + rank])),
      logProb: Number(logProbs[position * k + rank]),
    })),
  );
}
