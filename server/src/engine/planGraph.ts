/** From a plan to its graph: the model, dictionaries, interventions, metric, derivatives and reductions it asks for. */
import type { DictionaryAlgebra } from '../dictionaries/algebra';
import { attach, spliceDictionary } from '../dictionaries/splices';
import { Builder } from '../graph/builder';
import { fuseNorms } from '../graph/fuse';
import { gradient } from '../graph/gradient';
import { narrowTakes } from '../graph/narrow';
import { cut, splice, spliceBehind, UnknownHookError, withOutputs, type Splice } from '../graph/rewrite';
import { hookPoints, type Graph, type Value } from '../graph/types';
import { UNCAPPED_LOGITS, type Architecture } from '../models/family';
import { attribution } from './attributionGraph';
import { keepMasked } from './maskedScores';
import { atRows, metricRows, metricValue } from './metricGraph';
import { changesValue, type InterventionSlot, type Plan, type PlanOutput } from './plan';
import { attentionHooks, keyAttribution, queryAttribution } from './softmaxAttribution';
import { steeringHooks } from './steering/slots';
import { spliceSteering } from './steering/steeringGraph';

/** A dictionary as plans name it. */
export interface DictionarySlot {
  readonly algebra: DictionaryAlgebra;
  /** The hook point name of its features. */
  readonly hook: string;
}

export type DictionarySlots = ReadonlyMap<string, DictionarySlot>;

/** Name of the fed numbers of an intervention. */
export function interventionInput(hook: string): string {
  return `value:${hook}`;
}

/** Name of the fed derivative by a hook point, where a plan goes on from it (`Plan.cotangentAt`). */
export function cotangentInput(hook: string): string {
  return `cotangent:${hook}`;
}

/** The model's graph with every hook point that the plan mentions. */
export function planGraph(architecture: Architecture, dictionaries: DictionarySlots, plan: Plan): Graph {
  const b = new Builder();
  const mentioned = mentionedHooks(plan, dictionaries);
  const changes = plan.interventions.filter(changesValue);
  const rows = needsRowsOnly(plan, mentionedHooks({ ...plan, interventions: changes }, dictionaries));
  b.output('logits', architecture.forward(b, { headResults: headResults(mentioned), past: plan.past, rows }));
  let graph = startAt(b.build(), plan.starts);
  for (const { id, mode } of plan.dictionaries) {
    const { algebra, hook } = dictionaries.get(id)!;
    graph =
      mode === 'beside'
        ? attach(graph, algebra, hook)
        : spliceDictionary(graph, algebra, hook, mode === 'through');
  }
  graph = splice(graph, new Map(changes.map(interventionSplice)));
  const barriers = plan.interventions.filter((slot) => !changesValue(slot));
  graph = spliceBehind(graph, new Map(barriers.map(barrierSplice)));
  if (plan.steering) graph = spliceSteering(graph, dictionaries, plan.steering);
  const whole = planOutputs(fuseNorms(graph, differentiatedScales(plan)), dictionaries, plan, rows);
  return narrowTakes(whole);
}

/** Cutting keeps the hook points alive only while something needs them, so every hook point is made a result first. */
function startAt(graph: Graph, starts: readonly string[]): Graph {
  if (starts.length === 0) return graph;
  return cut({ nodes: graph.nodes, outputs: hookPoints(graph) }, starts);
}

/** Layers whose per-head results are asked for or changed. */
function headResults(mentioned: readonly string[]): ReadonlySet<number> {
  const layers = mentioned.map((hook) => /^blocks\.(\d+)\.attn\.hook_result$/.exec(hook)?.[1]);
  return new Set(layers.filter((layer) => layer !== undefined).map(Number));
}

/** The hook points that something reads, changes or starts from. */
function mentionedHooks(plan: Plan, dictionaries: DictionarySlots): string[] {
  const wanted = plan.outputs.flatMap((output) => ('hook' in output ? [output.hook] : []));
  const ofDictionaries = plan.dictionaries.flatMap(({ id }) => {
    const { hookName, hookNameOut } = dictionaries.get(id)!.algebra.config;
    return [hookName, hookNameOut];
  });
  const steered = steeringHooks(plan.steering ?? [], dictionaries);
  const changed = plan.interventions.map(({ hook }) => hook);
  return [...wanted, ...plan.starts, ...ofDictionaries, ...changed, ...steered];
}

/** A metric needs only its rows of the logits, unless something after the last block is asked for. */
function needsRowsOnly(plan: Plan, mentioned: readonly string[]): boolean {
  if (plan.lastRowOnly) return true;
  if (plan.metric === null && !plan.outputs.some(({ kind }) => kind === 'logProbs')) return false;
  const readsLogits = plan.outputs.some(({ kind }) => ['surprisal', 'rank', 'predictions'].includes(kind));
  return (
    !readsLogits &&
    !mentioned.some((hook) => hook === 'logits' || hook === UNCAPPED_LOGITS || hook.startsWith('ln_final.'))
  );
}

function differentiatedScales(plan: Plan): ReadonlySet<string> {
  return new Set(differentiatedHooks(plan).filter((hook) => hook.endsWith('.hook_scale')));
}

function interventionSplice({ hook, kind }: InterventionSlot): [string, Splice] {
  return [
    hook,
    (b, x) => {
      const changed = change(b, x, interventionInput(hook), kind);
      return hook.endsWith('.hook_attn_scores') ? keepMasked(b, x, changed) : changed;
    },
  ];
}

function change(b: Builder, x: Value, input: string, kind: InterventionSlot['kind']): Value {
  const value = b.input(input, x.shape);
  if (kind === 'add') return b.add(x, value);
  if (kind === 'scale') return b.mul(x, value);
  return b.select(b.input(`${input}.kept`, x.shape), x, value);
}

function barrierSplice({ hook, kind }: InterventionSlot): [string, Splice] {
  return [hook, (b, x) => (kind === 'stop' ? b.stopGradient(x) : gate(b, x, interventionInput(hook)))];
}

/** x itself; what flows back is multiplied by the row's fed number. */
function gate(b: Builder, x: Value, input: string): Value {
  const open = b.reshape(b.input(input, ['batch']), ['batch', ...x.shape.slice(1).map(() => 1)]);
  const closed = b.sub(b.scalar(1), open);
  return b.add(b.mul(x, open), b.stopGradient(b.mul(x, closed)));
}

function planOutputs(graph: Graph, dictionaries: DictionarySlots, plan: Plan, rowsOnly: boolean): Graph {
  const hooks = hookPoints(graph);
  const b = new Builder(graph);
  const read = plan.metric === 'feature' ? plan.metricDictionary : undefined;
  const features = read === undefined ? null : hookNamed(hooks, dictionaries.get(read)!.hook);
  const logits = (plan.uncapped ? hooks.get(UNCAPPED_LOGITS) : undefined) ?? hooks.get('logits')!;
  const rows = plan.metric && metricRows(b, { logits, rowsOnly, features }, plan.metric);
  const metric = rows && metricValue(b, rows);
  const results = new Map<string, Value>();
  const reader = new Reader(b, hooks, dictionaries, { rows, metric, rowsOnly });
  for (const output of plan.outputs) reader.add(output, results);
  return withGradients(b.build(), plan, hooks, metric, results);
}

interface MetricValues {
  readonly rows: Value | null;
  readonly metric: Value | null;
  readonly rowsOnly: boolean;
}

/** Writes the nodes of outputs that need no derivative. */
class Reader {
  private logProbabilities: Value | null = null;

  constructor(
    private readonly b: Builder,
    private readonly hooks: ReadonlyMap<string, Value>,
    private readonly dictionaries: DictionarySlots,
    private readonly metric: MetricValues,
  ) {}

  add(output: PlanOutput, results: Map<string, Value>): void {
    const { b } = this;
    switch (output.kind) {
      case 'hook':
        results.set(output.hook, this.hook(output.hook));
        return;
      case 'metric':
        results.set('metric', this.metric.metric!);
        return;
      case 'metricRows':
        results.set('metric.rows', this.metric.rows!);
        return;
      case 'logProbs':
        results.set('logProbs', this.metric.rowsOnly ? this.logProbs() : atRows(b, this.logProbs()));
        return;
      case 'topFeatures': {
        const features = this.features(output.dictionary);
        const { values, indices } = b.topk(features, output.k);
        results.set(`top.${output.dictionary}.values`, b.add(values, nothingUnlessNaN(b, features)));
        results.set(`top.${output.dictionary}.indices`, indices);
        return;
      }
      case 'chosenFeatures': {
        const wanted = `choose.${output.dictionary}`;
        const indices = b.input(wanted, [wanted], 'int64');
        results.set(`chosen.${output.dictionary}`, b.take(this.features(output.dictionary), indices, -1));
        return;
      }
      case 'activeCount':
        results.set(`active.${output.dictionary}`, b.sum(b.step(this.features(output.dictionary)), [-1]));
        return;
      case 'surprisal':
        results.set('surprisal', b.neg(b.pick(this.logProbs(), this.targets())));
        return;
      case 'rank': {
        const own = b.pick(this.logProbs(), this.targets());
        const column = b.reshape(own, [...own.shape, 1]);
        results.set('rank', b.sum(b.step(b.sub(this.logProbs(), column)), [-1]));
        return;
      }
      case 'predictions': {
        const { values, indices } = b.topk(this.logProbs(), output.k);
        results.set('predictions.values', values);
        results.set('predictions.indices', indices);
        return;
      }
      case 'gradient':
      case 'attribution':
      case 'softmaxAttribution':
        return;
    }
  }

  private hook(name: string): Value {
    return hookNamed(this.hooks, name);
  }

  private features(dictionary: string): Value {
    return this.hook(this.dictionaries.get(dictionary)!.hook);
  }

  private logProbs(): Value {
    this.logProbabilities ??= this.b.logSoftmax(this.hook('logits'));
    return this.logProbabilities;
  }

  private targets(): Value {
    return this.b.input('targets', ['batch', 'pos'], 'int64');
  }
}

/** 0 for each row of numbers, NaN for one that holds a NaN: where top-k would put that is anybody's guess. */
function nothingUnlessNaN(b: Builder, x: Value): Value {
  return b.scale(b.sum(x, [-1], true), 0);
}

function hookNamed(hooks: ReadonlyMap<string, Value>, name: string): Value {
  const value = hooks.get(name);
  if (!value) throw new UnknownHookError(name);
  return value;
}

/** Derivatives of the metric, or of what stands for the layers above, all from one backward pass. */
function withGradients(
  graph: Graph,
  plan: Plan,
  hooks: ReadonlyMap<string, Value>,
  metric: Value | null,
  results: ReadonlyMap<string, Value>,
): Graph {
  if (differentiatedHooks(plan).length === 0) return withOutputs(graph, results);
  const before = new Builder(graph);
  const target = plan.cotangentAt === undefined ? metric : weighted(before, hooks, plan.cotangentAt);
  if (!target) return withOutputs(graph, results);
  const narrow = narrowed(before.build(), { plan, hooks, results, target });
  return withDerivatives(narrow.graph, plan, narrow);
}

interface Differentiated {
  readonly hooks: ReadonlyMap<string, Value>;
  readonly results: ReadonlyMap<string, Value>;
  readonly target: Value;
}

/** What is not taken is left out before there are derivatives, which then pass through the rest alone. */
function narrowed(
  graph: Graph,
  { plan, hooks, results, target }: Differentiated & { readonly plan: Plan },
): Differentiated & { readonly graph: Graph } {
  const needed = [...hooks.keys()].filter((hook) => derivativesRead(plan, hook));
  const whole = new Map([
    ...[...results].map(([name, value]) => [`result ${name}`, value] as const),
    ...needed.map((hook) => [`hook ${hook}`, hookNamed(hooks, hook)] as const),
    ['target', target] as const,
  ]);
  const narrow = narrowTakes(withOutputs(graph, whole));
  const found = (name: string) => narrow.outputs.get(name)!;
  return {
    graph: narrow,
    hooks: new Map(needed.map((hook) => [hook, found(`hook ${hook}`)])),
    results: new Map([...results.keys()].map((name) => [name, found(`result ${name}`)])),
    target: found('target'),
  };
}

/** Does the hook point appear in a derivative that the plan asks for? */
function derivativesRead(plan: Plan, hook: string): boolean {
  const ofLayers = plan.outputs.flatMap((output) =>
    output.kind === 'softmaxAttribution' ? [`blocks.${output.layer}.attn.`] : [],
  );
  return differentiatedHooks(plan).includes(hook) || ofLayers.some((layer) => hook.startsWith(layer));
}

function withDerivatives(graph: Graph, plan: Plan, { hooks, results, target }: Differentiated): Graph {
  const wanted = differentiatedHooks(plan);
  const values = wanted.map((hook) => hookNamed(hooks, hook));
  const derived = gradient(graph, target, values);
  const derivatives = new Map(wanted.map((hook, i) => [hook, derived.gradients[i]!]));
  const after = new Builder(derived.graph);
  const all = new Map(results);
  for (const output of plan.outputs) addDerivative(after, output, hooks, derivatives, all);
  return withOutputs(after.build(), all);
}

/** The hook points whose derivatives outputs are made of, each once. */
function differentiatedHooks({ outputs }: Plan): string[] {
  const hooks = outputs.flatMap((output) => {
    if (output.kind === 'softmaxAttribution') return [`blocks.${output.layer}.attn.hook_pattern`];
    return output.kind === 'gradient' || output.kind === 'attribution' ? [output.hook] : [];
  });
  return [...new Set(hooks)];
}

/** Its derivative by anything is what the fed derivative by the hook point makes of it. */
function weighted(b: Builder, hooks: ReadonlyMap<string, Value>, hook: string): Value {
  const x = hookNamed(hooks, hook);
  return b.mul(x, b.input(cotangentInput(hook), x.shape));
}

function addDerivative(
  b: Builder,
  output: PlanOutput,
  hooks: ReadonlyMap<string, Value>,
  derivatives: ReadonlyMap<string, Value>,
  results: Map<string, Value>,
): void {
  if (output.kind === 'gradient') results.set(`grad.${output.hook}`, derivatives.get(output.hook)!);
  if (output.kind === 'attribution') {
    const derivative = derivatives.get(output.hook)!;
    results.set(
      `attribution.${output.hook}`,
      attribution(b, output, hookNamed(hooks, output.hook), derivative),
    );
  }
  if (output.kind === 'softmaxAttribution') {
    const attention = attentionHooks(hooks, output.layer);
    const ofPattern = derivatives.get(`${attention.at}.hook_pattern`)!;
    const write = output.of === 'q' ? queryAttribution : keyAttribution;
    results.set(`attribution.${attention.at}.hook_${output.of}`, write(b, attention, ofPattern));
  }
}
