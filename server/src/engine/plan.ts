/** What one engine call must compute: plain data, so that it crosses the process boundary and names its session. */
import type { SteeringSlot } from './steering/slots';

/**
 * How a value at a hook point is changed; the numbers are fed as `value:<hook>` with the shape of the hook point. Masked
 * attention scores stay masked whatever is fed for them.
 */
export interface InterventionSlot {
  readonly hook: string;
  /**
   * `replace` is also fed `value:<hook>.kept`, not 0 where the old value stays. Two kinds change derivatives only, those by the
   * hook point included: through `stop` none flow back; through `gate` they flow in the rows of the batch where `value:<hook>`
   * [batch] is 1, not where it is 0.
   */
  readonly kind: 'replace' | 'add' | 'scale' | 'stop' | 'gate';
}

/** Does an intervention change numbers, and not only derivatives? */
export function changesValue({ kind }: InterventionSlot): boolean {
  return kind !== 'stop' && kind !== 'gate';
}

/** `beside`: features are read, the model runs as it is. `through`: spliced with its error term. `instead`: without it. */
export type DictionaryMode = 'beside' | 'through' | 'instead';

export interface PlannedDictionary {
  readonly id: string;
  readonly mode: DictionaryMode;
}

/**
 * A scalar of a run, for each row of the batch: the sum over the positions in the feed `rows` [row], times the fed
 * `metric.weights` [row], of
 * - logit, logit_diff: the logits of the tokens `metric.ids` [answer] times `metric.signs` [answer], summed;
 * - log_prob: ln of the summed probability of `metric.ids`;
 * - prob_diff: the probabilities of `metric.ids` times `metric.signs`, summed;
 * - kl: KL(p || this run) in nats, ln p being row `metric.reference` [row] of `metric.clean` [reference, vocabulary];
 * - loss: -ln p of `metric.targets` [batch, row];
 * - feature: the activation of feature `metric.ids` [1] of the dictionary `metricDictionary`.
 */
export type MetricKind = 'logit_diff' | 'logit' | 'log_prob' | 'prob_diff' | 'kl' | 'loss' | 'feature';

/** What comes back, and under which names. */
export type PlanOutput =
  /** The activation, under the hook point's name. */
  | { readonly kind: 'hook'; readonly hook: string }
  /** d metric / d activation, as `grad.<hook>`. */
  | { readonly kind: 'gradient'; readonly hook: string }
  /** `metric` [batch]. */
  | { readonly kind: 'metric' }
  /** The metric of each position before weighting and summing: `metric.rows` [batch, row]. */
  | { readonly kind: 'metricRows' }
  /** Log-probabilities at the positions `rows`: `logProbs` [batch, row, vocabulary]. */
  | { readonly kind: 'logProbs' }
  /**
   * Contributions of nodes to the metric, to first order: d metric / d activation times, `toOther`: the fed `other:<hook>`
   * minus the activation; `ofSelf`: the activation; `along`: the fed `other:<hook>`. Summed over the last axis unless
   * `each`: `attribution.<hook>`.
   */
  | {
      readonly kind: 'attribution';
      readonly hook: string;
      readonly times: 'toOther' | 'ofSelf' | 'along';
      readonly each: boolean;
    }
  /**
   * The same for queries or keys (`hook_q`, `hook_k` of a layer), with the softmax of the pattern computed anew for each node
   * (AtP*, arXiv 2403.00745): `attribution.<hook>` [batch, pos, head]. Fed `other:<hook>`.
   */
  | { readonly kind: 'softmaxAttribution'; readonly layer: number; readonly of: 'q' | 'k' }
  /** The k strongest features: `top.<id>.values`, `top.<id>.indices` [batch, pos, k]. */
  | { readonly kind: 'topFeatures'; readonly dictionary: string; readonly k: number }
  /** The features listed in the feed `choose.<id>` [n]: `chosen.<id>` [batch, pos, n]. */
  | { readonly kind: 'chosenFeatures'; readonly dictionary: string }
  /** How many features are active: `active.<id>` [batch, pos]. */
  | { readonly kind: 'activeCount'; readonly dictionary: string }
  /** -ln p(`targets`), in nats: `surprisal` [batch, pos]. */
  | { readonly kind: 'surprisal' }
  /** How many tokens are more likely than the target: `rank` [batch, pos], 0 for the likeliest. */
  | { readonly kind: 'rank' }
  /** The k likeliest next tokens: `predictions.values` (ln p), `predictions.indices` [batch, pos, k]. */
  | { readonly kind: 'predictions'; readonly k: number };

export interface Plan {
  readonly dictionaries: readonly PlannedDictionary[];
  readonly interventions: readonly InterventionSlot[];
  /** Edits in order, after the interventions. */
  readonly steering?: readonly SteeringSlot[];
  readonly metric: MetricKind | null;
  /** The metric is of the logits before their cap, in models that have one. */
  readonly uncapped?: boolean;
  /** Whose feature the metric `feature` reads. */
  readonly metricDictionary?: string;
  /**
   * Derivatives go on from this hook point, whose own come from the run of what lies above it: the metric's derivative by it is
   * fed as `cotangent:<hook>`, in its shape.
   */
  readonly cotangentAt?: string;
  readonly outputs: readonly PlanOutput[];
  /** Earlier positions come as keys and values, `past.L.k` and `past.L.v`. */
  readonly past: boolean;
  /**
   * Hook points at which the run starts: their values are fed under their names, what leads to them is not computed.
   * Dictionaries and interventions at such a hook point act on what is fed.
   */
  readonly starts: readonly string[];
  /** Only the positions in the feed `rows` [row] go through the last norm and the unembedding. */
  readonly lastRowOnly: boolean;
}

/** A plan that runs the model and returns the hook points. */
export function capture(hooks: readonly string[]): Plan {
  const outputs = hooks.map((hook): PlanOutput => ({ kind: 'hook', hook }));
  return {
    dictionaries: [],
    interventions: [],
    metric: null,
    outputs,
    past: false,
    starts: [],
    lastRowOnly: false,
  };
}

/** Two plans with one key share a compiled session. */
export function planKey(plan: Plan): string {
  return JSON.stringify(plan);
}
