/** Direct logit attribution: what each component adds to a logit or logit difference by the way of the residual stream alone. */
import type { DirectRun } from '../../../../protocol/experimentSpec';
import type { AxisName, Tick } from '../../../../protocol/experiments';
import type { NodeHook } from '../../engine/causal/requests';
import type { Tensor } from '../../engine/ort';
import { largestOf } from '../readFeatures';
import { type Bench, cleanSummary, finite, meanOf, metricOfRun, resolveAll, shownMetric } from './bench';
import { coverageOf, upTo } from './coverage';
import type { Laboratory } from './laboratory';
import type { ResolvedMetric } from './metrics';
import { averageNote } from './notes';
import { WITH_GRADIENT } from './pace';
import type { Findings, Recorder } from './recorder';

import { Refusal } from './refusal';
import { hookOf } from './sites';

/** So many neurons or features are shown unless the run says otherwise. */
const DEFAULT_TOP = 20;

/** What is asked of the engine, and how its answer is laid out. */
interface Question {
  readonly at: string;
  readonly nodes: readonly NodeHook[];
  /** Everything that the run shows of one pair's contributions, by hook point summed over positions. */
  readonly layOut: (contributions: ReadonlyMap<string, Float64Array>) => Layout;
}

interface Layout {
  readonly axes: readonly AxisName[];
  readonly ticks: readonly (readonly Tick[])[];
  readonly flat: readonly number[];
}

/** @throws Refusal, EngineError */
export async function runDirect(run: DirectRun, bench: Bench, recorder: Recorder): Promise<void> {
  const text = metricOfRun(bench, run.metric);
  const metrics = resolveAll(bench, text, []);
  recorder.describe({ at: run.direct, metric: shownMetric(text, metrics, bench.lab) });
  checkMetric(metrics);
  const question = questionOf(run, bench.lab);
  recorder.describe({ at: question.at });
  const count = bench.pairs.length;
  const length = Math.max(...bench.pairs.map(({ clean }) => clean.ids.length));
  recorder.start({ axes: [], ticks: [], total: count, forwards: count * WITH_GRADIENT, length });
  const sums = new Map<string, Float64Array>();
  const values: number[] = [];
  const layout = (): Layout =>
    question.layOut(
      new Map([...sums].map(([hook, sum]) => [hook, sum.map((value) => value / values.length)])),
    );
  try {
    for (const [i, { clean }] of bench.pairs.entries()) {
      const { spec, cleanReadAt } = metrics[i]!;
      const { lab, signal } = bench;
      const { nodes } = question;
      const asked = { run: { tokens: clean.ids, readAt: cleanReadAt }, metric: spec, nodes };
      const result = await lab.ask('direct', asked, { signal });
      values.push(result.metric);
      addUp(sums, result.values);
      recorder.update(() => findings(layout(), values, metrics, bench));
    }
  } finally {
    recorder.note(...averageNote(values.length, count));
  }
  recorder.note(completeness(run, meanOf(values.map(finite)), layout().flat));
}

function findings(
  { axes, ticks, flat }: Layout,
  values: readonly number[],
  metrics: readonly ResolvedMetric[],
  { pairs }: Bench,
): Findings {
  return {
    axes,
    ticks,
    flat: flat.map(finite),
    clean: meanOf(values.map(finite)),
    pairs: pairs.map((pair, i) => cleanSummary(pair, metrics[i]!, values[i] ?? null)),
    done: values.length,
  };
}

function checkMetric(metrics: readonly ResolvedMetric[]): void {
  const other = metrics.find(({ spec }) => spec.kind !== 'logit' && spec.kind !== 'logit_diff');
  if (!other) return;
  throw new Refusal(
    `direct attribution splits a metric that is linear in the logits, and ${other.spec.kind} is not: take logit or logit_diff, ` +
      'or an attribute run',
  );
}

/** How much of the metric the contributions make up; the rest is the same for what was not asked about. */
function completeness({ direct }: DirectRun, metric: number | null, flat: readonly number[]): string {
  if (metric === null) return 'The metric is not a number.';
  const sum = flat.reduce((a, b) => a + b, 0);
  const rest =
    direct === 'layers'
      ? "the constant that the last norm's bias and the unembedding's give"
      : 'from everything that is not shown here (other components, biases, the rest of the units)';
  return `The contributions add up to ${sum.toPrecision(6)} of the metric's ${metric.toPrecision(6)}; ${(metric - sum).toPrecision(6)} is ${rest}.`;
}

/** Adds contributions [pos, ...] over positions: all but those where the metric is read are zero. */
function addUp(sums: Map<string, Float64Array>, found: ReadonlyMap<string, Tensor>): void {
  for (const [hook, { data, dims }] of found) {
    const width = data.length / dims[0]!;
    const sum = sums.get(hook) ?? new Float64Array(width);
    sums.set(hook, sum);
    for (let i = 0; i < data.length; i++) sum[i % width]! += Number(data[i]);
  }
}

function questionOf(run: DirectRun, lab: Laboratory): Question {
  switch (run.direct) {
    case 'layers':
      return layers(run, lab);
    case 'heads':
      return heads(run, lab);
    case 'neurons':
      return neurons(run, lab);
    case 'features':
      return features(run, lab);
  }
}

/** Embeddings, attention and MLP of every layer. */
function layers(run: DirectRun, lab: Laboratory): Question {
  const covered = coverageOf('attn_out', range(run), lab).layers!;
  const components = [
    ...(run.layers
      ? []
      : [
          { label: 'embed', hook: 'hook_embed', index: -1 },
          { label: 'pos_embed', hook: 'hook_pos_embed', index: -1 },
        ]),
    ...covered.flatMap((layer) =>
      (['attn_out', 'mlp_out'] as const).map((site) => ({
        label: `${site} ${layer}`,
        hook: hookOf(site, layer, null),
        index: layer,
      })),
    ),
  ].filter(({ hook }) => lab.model.hooks.includes(hook));
  return {
    at: 'embeddings, attention and MLPs',
    nodes: components.map(({ hook }) => ({ hook, each: false })),
    layOut: (contributions) => ({
      axes: ['component'],
      ticks: [components.map(({ label, index }) => ({ label, index }))],
      flat: components.map(({ hook }) => contributions.get(hook)![0]!),
    }),
  };
}

function heads(run: DirectRun, lab: Laboratory): Question {
  const { layers: covered, heads: named } = coverageOf('z', range(run), lab);
  const shown = named ?? upTo(lab.model.dimensions.heads);
  const hooks = covered!.map((layer) => hookOf('z', layer, null));
  return {
    at: 'heads',
    nodes: hooks.map((hook) => ({ hook, each: false })),
    layOut: (contributions) => ({
      axes: ['layer', 'head'],
      ticks: [numbered(covered!), numbered(shown)],
      flat: hooks.flatMap((hook) => shown.map((head) => contributions.get(hook)![head]!)),
    }),
  };
}

/** The strongest neurons of every layer, layer by layer; or the named ones. */
function neurons(run: DirectRun, lab: Laboratory): Question {
  const { layers: covered, units } = coverageOf('mlp_post', range(run), lab);
  const hooks = covered!.map((layer) => hookOf('mlp_post', layer, null));
  return {
    at: 'neurons',
    nodes: hooks.map((hook) => ({ hook, each: true })),
    layOut: (contributions) => {
      const total = new Float64Array(contributions.get(hooks[0]!)!.length);
      for (const hook of hooks)
        contributions.get(hook)!.forEach((value, unit) => {
          total[unit] = Math.max(total[unit]!, Math.abs(value));
        });
      const shown = units ?? strongest(total, run.top);
      return {
        axes: ['layer', 'neuron'],
        ticks: [numbered(covered!), numbered(shown)],
        flat: hooks.flatMap((hook) => shown.map((unit) => contributions.get(hook)![unit]!)),
      };
    },
  };
}

/** The strongest features of a dictionary, or the named ones. */
function features(run: DirectRun, lab: Laboratory): Question {
  const { dictionary, units } = coverageOf('features', range(run), lab);
  const { id, featureHook } = dictionary!.summary;
  return {
    at: `features of ${id}`,
    nodes: [{ hook: featureHook, each: true }],
    layOut: (contributions) => {
      const all = contributions.get(featureHook)!;
      const shown = units ?? strongest(all.map(Math.abs), run.top);
      return {
        axes: ['feature'],
        ticks: [
          shown.map((index) => {
            const label = dictionary!.label(index);
            return { label: `${index}`, index, ...(label === null ? {} : { detail: label }) };
          }),
        ],
        flat: shown.map((index) => all[index]!),
      };
    },
  };
}

/** What of a run's range says what is covered. @throws Refusal for what a reading at one position cannot have */
function range(run: DirectRun): DirectRun {
  if (run.by) throw new Refusal('direct attribution has axes of its own: leave "by" out');
  if (run.positions)
    throw new Refusal(
      'direct attribution is read where the metric is: leave "positions" out and set it there (@p)',
    );
  return run;
}

function strongest(strengths: Float64Array, top = DEFAULT_TOP): number[] {
  return largestOf(Float32Array.from(strengths), Math.min(top, strengths.length));
}

function numbered(places: readonly number[]): Tick[] {
  return places.map((index) => ({ label: `${index}`, index }));
}
