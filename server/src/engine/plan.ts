/** What one engine call must compute: plain data, so that it crosses the process boundary and names its session. */

/**
 * How a value at a hook point is changed; the numbers are fed as `value:<hook>` with the shape of the hook point. Masked
 * attention scores stay masked whatever is fed for them.
 */
export interface InterventionSlot {
  readonly hook: string;
  /** `replace` is also fed `value:<hook>.kept`, not 0 where the old value stays. */
  readonly kind: 'replace' | 'add' | 'scale';
}

/** `beside`: features are read, the model runs as it is. `through`: spliced with its error term. `instead`: without it. */
export type DictionaryMode = 'beside' | 'through' | 'instead';

export interface PlannedDictionary {
  readonly id: string;
  readonly mode: DictionaryMode;
}

/**
 * A scalar of the logits for each row of the batch. Fed: `metric.row` [1] (the position), `metric.a` and `metric.b` [batch]
 * (token ids), for `kl` `metric.clean` [batch, vocabulary] (log-probabilities of the clean run), for `loss` `targets`
 * [batch, pos] and `metric.weights` [batch, pos] (weights of the positions' cross-entropies).
 */
export type MetricKind = 'logit_diff' | 'logit' | 'log_prob' | 'prob_diff' | 'kl' | 'loss';

/** What comes back, and under which names. */
export type PlanOutput =
  /** The activation, under the hook point's name. */
  | { readonly kind: 'hook'; readonly hook: string }
  /** d metric / d activation, as `grad.<hook>`. */
  | { readonly kind: 'gradient'; readonly hook: string }
  /** `metric` [batch]. */
  | { readonly kind: 'metric' }
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
  readonly metric: MetricKind | null;
  readonly outputs: readonly PlanOutput[];
  /** Earlier positions come as keys and values, `past.L.k` and `past.L.v`. */
  readonly past: boolean;
  /**
   * Hook points at which the run starts: their values are fed under their names, what leads to them is not computed.
   * Dictionaries and interventions at such a hook point act on what is fed.
   */
  readonly starts: readonly string[];
  /** Only the position in the feed `rows` [1] goes through the last norm and the unembedding. */
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
