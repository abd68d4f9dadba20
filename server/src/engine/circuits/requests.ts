/**
 * What the engine is asked about attribution graphs: plain data, so that it crosses the process boundary.
 *
 * The replacement model (math.md 7; circuit-tracer): attention patterns and norm scales stay as they are in one run of the model
 * over the tokens, and every MLP output is features times decoder rows, plus the skip connection, plus a constant error. It is linear in
 * its sources, so that an edge is the derivative of a target by a source, times the source.
 */

/** One run whose patterns, scales and errors are frozen. The engine keeps the last one and computes it again when it is asked for. */
export interface CircuitRun {
  readonly tokens: readonly number[];
  /** Ids of loaded transcoders, one a layer at most, in the order of the layers. */
  readonly dictionaries: readonly string[];
}

/** How many first positions (BOS) have neither features nor errors, as in circuit-tracer. */
export const SILENT_POSITIONS = 1;

/**
 * The sources of a run. Features are sorted by layer, position and index; those that layer L can see are a prefix.
 * Errors are [layer, position], zero at silent positions; a layer without a dictionary is all error.
 */
export interface CircuitSources {
  /** Layer that the feature's dictionary reads, [feature]. */
  readonly layers: Int32Array;
  readonly positions: Int32Array;
  readonly indices: Int32Array;
  /** feature_acts, > 0. */
  readonly activations: Float32Array;
  /** How many features stand before each layer, [layers + 1]: the prefix that a target in that layer can have edges from. */
  readonly starts: Int32Array;
  /** Norms of the error vectors, [layer x position]. */
  readonly errorNorms: Float32Array;
  /** Logits behind the last token, [vocabulary]. */
  readonly logits: Float32Array;
  /** Layers whose MLP has no dictionary. */
  readonly bareLayers: readonly number[];
}

/** What a row of edges leads to. */
export type CircuitTarget =
  /** The pre-activation of a feature. */
  | { readonly kind: 'feature'; readonly layer: number; readonly position: number; readonly index: number }
  /** Logits at the last position times these weights, less their mean over the vocabulary where `centred`. */
  | {
      readonly kind: 'logits';
      readonly ids: readonly number[];
      readonly weights: readonly number[];
      readonly centred: boolean;
    }
  /** What stands behind the final norm at the last position, times this vector [d_model]. */
  | { readonly kind: 'direction'; readonly vector: readonly number[] };

/** The direct effects of all sources on one target. */
export interface CircuitRow {
  /** Index into `CircuitRowsParams.targets`. */
  readonly target: number;
  /** Of the features in layers below the target's: `CircuitSources.starts[layer]` of them. */
  readonly features: Float32Array;
  /** [layer x position], for the layers below the target's. */
  readonly errors: Float32Array;
  /** Of the token embeddings, [position]. */
  readonly tokens: Float32Array;
}

export interface CircuitRowsParams {
  readonly run: CircuitRun;
  readonly targets: readonly CircuitTarget[];
}

/** A source and what becomes of it: its vector (activation, error, embedding) times `factor`. */
export type CircuitChange =
  | {
      readonly kind: 'feature';
      readonly layer: number;
      readonly position: number;
      readonly index: number;
      /** The activation that it gets. */
      readonly value: number;
    }
  | { readonly kind: 'error'; readonly layer: number; readonly position: number; readonly factor: number }
  | { readonly kind: 'token'; readonly position: number; readonly factor: number };

/** `everything`: direct effects. `attention`: patterns alone are frozen. `nothing`: the model as it is, but for the changes. */
export type CircuitHold = 'everything' | 'attention' | 'nothing';

export interface CircuitEffectsParams {
  readonly run: CircuitRun;
  /** Each list is made together, in a run of its own. */
  readonly changes: readonly (readonly CircuitChange[])[];
  readonly hold: CircuitHold;
  /** What is read. */
  readonly targets: readonly CircuitTarget[];
  /** Read the whole distribution and all features too; for few lists of changes. */
  readonly whole: boolean;
}

/** A feature whose activation is another than in the unchanged run. */
export interface ChangedFeature {
  readonly layer: number;
  readonly position: number;
  readonly index: number;
  readonly before: number;
  readonly after: number;
}

export interface CircuitEffect {
  /** Index into `CircuitEffectsParams.changes`. */
  readonly change: number;
  /** Change of each target, [target]. */
  readonly targets: Float32Array;
  /** With `whole`: logits behind the last token, [vocabulary]. */
  readonly logits: Float32Array | null;
  /** With `whole`: those that changed most, 100 at most. */
  readonly changed: readonly ChangedFeature[];
}

export type CircuitSource =
  | { readonly kind: 'feature'; readonly layer: number; readonly position: number; readonly index: number }
  | { readonly kind: 'error'; readonly layer: number; readonly position: number }
  | { readonly kind: 'token'; readonly position: number };

export interface CircuitCarriersParams {
  readonly run: CircuitRun;
  readonly source: CircuitSource;
  readonly target: CircuitTarget;
}

export interface CircuitCarriers {
  readonly weight: number;
  /** What passes through each head, [layer x head]; a path through two heads counts for both. */
  readonly heads: Float32Array;
  /** What passes through no head. */
  readonly direct: number;
}
