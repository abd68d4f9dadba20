/** What the engine is asked about causes: plain data, so that it crosses the process boundary. */
import type { MetricKind } from '../plan';
import type { Tensor } from '../ort';

/** A scalar of a run. Positions at which it is read belong to the run (`CausalRun.readAt`); several are averaged. */
export interface MetricSpec {
  readonly kind: MetricKind;
  /**
   * Token ids. logit: mean logit of `a`; logit_diff: mean logit of `a` minus mean logit of `b`; log_prob: ln of the summed
   * probability of `a`; prob_diff: summed probability of `a` minus that of `b`. Empty for kl and loss; `feature`: its index in `a`.
   */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** For `feature`: the dictionary's id. */
  readonly dictionary?: string;
}

/** A run of the model on exact ids. */
export interface CausalRun {
  readonly tokens: readonly number[];
  /** Positions at which the metric is read; for `loss` those that predict. Not empty. */
  readonly readAt: readonly number[];
}

/** Two runs: values of `source` may take the place of values of `base`. */
export interface RunPair {
  readonly base: CausalRun;
  /** Null where no values come from another run. */
  readonly source: CausalRun | null;
  /** For each base position the source position whose values take its place, or null. Empty without a source. */
  readonly alignment: readonly (number | null)[];
  /** Which run's distribution is p in KL(p || q). */
  readonly reference: 'base' | 'source';
}

/** Where the new value comes from. */
export type PatchValue =
  | { readonly from: 'source' }
  | { readonly from: 'zero' }
  /** A tensor of `SweepParams.values`: [...inner], the same everywhere, or [base positions, ...inner]. */
  | { readonly from: 'given'; readonly name: string };

/** One place that is replaced. Null covers the whole axis. */
export interface Patch {
  /**
   * A hook point of the model, or of a loaded dictionary (`...hook_sae_acts_post`, `...hook_sae_error`), through which the model
   * then runs, error term kept.
   */
  readonly hook: string;
  /** Base positions (destinations, in patterns). Positions without a counterpart keep their value. */
  readonly positions: readonly number[] | null;
  /** Index along the head axis. */
  readonly head: number | null;
  /** Key positions, in patterns and scores. */
  readonly keys: readonly number[] | null;
  /** Index along the last axis (neuron, feature), except in patterns. */
  readonly unit: number | null;
  readonly value: PatchValue;
}

/** Everything that is replaced together; one number comes of it. */
export type Cell = readonly Patch[];

export interface SweepParams extends RunPair {
  readonly metric: MetricSpec;
  readonly cells: readonly Cell[];
  readonly values: ReadonlyMap<string, Tensor>;
}

/** First `runs`, once, then cells as they are finished. */
export type SweepPart =
  | { readonly type: 'runs'; readonly base: number; readonly source: number | null }
  | {
      readonly type: 'cells';
      /** Indices into `SweepParams.cells`. */
      readonly cells: readonly number[];
      /** NaN where the metric is not a number. */
      readonly metrics: readonly number[];
    };

export interface SweepResult {
  readonly base: number;
  readonly source: number | null;
  /** One for each cell. */
  readonly metrics: Float64Array;
}

export type AttributionMethod = 'atp' | 'atp*' | 'ig';

export interface AttributeParams extends RunPair {
  readonly metric: MetricSpec;
  readonly method: AttributionMethod;
  /** Of `ig`. */
  readonly steps: number;
  /** Hook points whose nodes are scored. */
  readonly nodes: readonly NodeHook[];
}

export interface NodeHook {
  readonly hook: string;
  /** Sum over the last axis (a node is a position, or a position and head), or keep it (neurons, features, pattern entries). */
  readonly each: boolean;
}

/**
 * Signed estimates of the change of the metric when a node's base value is replaced by the source's: by hook point
 * [pos], [pos, head], [pos, unit], or [head, query, key]. NaN where the position has no counterpart.
 */
export interface AttributeResult {
  readonly base: number;
  readonly source: number;
  readonly values: ReadonlyMap<string, Tensor>;
  /** AtP*: unsigned scores (mean over dropped layers), shapes as `values`; empty otherwise. */
  readonly scores: ReadonlyMap<string, Tensor>;
}

/** Direct logit attribution: contributions to a linear metric (logit, logit_diff) of one run, the final norm's scale frozen. */
export interface DirectParams {
  readonly run: CausalRun;
  readonly metric: MetricSpec;
  /** Hook points that enter the residual stream linearly: embeddings, attn_out, mlp_out, z, mlp.hook_post, features, errors. */
  readonly nodes: readonly NodeHook[];
}

export interface DirectResult {
  readonly metric: number;
  /** By hook point, shapes as in `AttributeResult`. */
  readonly values: ReadonlyMap<string, Tensor>;
}
