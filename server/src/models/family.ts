/** What a model family is to the rest of the house: a reader of its config and a pure function that builds its graph. */
import type { Processing } from '../../../protocol/settings';
import type { JsonObject } from '../formats/json';
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';
import type { Decoder } from './decoder/decoder';

export interface ModelDimensions {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly dModel: number;
  readonly dHead: number;
  /** 0 where there are no MLPs. */
  readonly dMlp: number;
  readonly vocabulary: number;
  /** Longest sequence the model has positions for. */
  readonly context: number;
}

/** How much of the model a graph spells out. */
export interface ForwardOptions {
  /** Layers whose `attn.hook_result` (one term of the residual stream a head) is computed. */
  readonly headResults: ReadonlySet<number>;
  /**
   * Keys (before any norm and rotary) and values of earlier positions come in as `past.L.k` and `past.L.v`, each
   * [batch, past, kvHead, dHead], and which positions they are as `pastPositions` [past] (int64).
   */
  readonly past: boolean;
  /** Only the positions listed in the input `rows` [row] go through the last norm and the unembedding. */
  readonly rows: boolean;
}

/**
 * Hook point of the logits before their cap, in models that have one; elsewhere TransformerLens 3 calls `logits` so. Metrics that are
 * linear in the logits are linear in these alone.
 */
export const UNCAPPED_LOGITS = 'unembed.hook_out';

export const plainForward: ForwardOptions = { headResults: new Set(), past: false, rows: false };

/**
 * What TransformerLens does to weights when it loads a model (`weight_processing.py` there), done to the run instead: the weights stay
 * as they are, hook points have the values that they would have with processed weights.
 */
export type ProcessingFlag = Processing;

/** A checkpoint's architecture, ready to be written as a graph over its own tensor names. */
export interface Architecture {
  /** The family's name, e.g. `gpt2`. */
  readonly family: string;
  readonly dimensions: ModelDimensions;
  /** False when every position sees every other: what comes later then changes what comes before. */
  readonly causal: boolean;
  /** The processing that changes something in this model. */
  readonly processing: readonly ProcessingFlag[];
  /** Shapes of the tensors that the graph needs, by their names in the file. */
  readonly tensors: ReadonlyMap<string, readonly number[]>;
  /** Things the user should know, each a sentence. */
  readonly warnings: readonly string[];
  /**
   * Writes the forward pass with every hook point and returns the logits [batch, pos, vocabulary].
   *
   * Graph inputs: `tokens` [batch, pos] and `positions` [pos] (both int64), `mask` [pos, key] (0 where the key is seen,
   * -Infinity where not; key is pos, or past+pos), and those that the options name.
   */
  forward(b: Builder, options: ForwardOptions): Value;
}

/** The shapes in a checkpoint, by tensor name. */
export type TensorShapes = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly dtype?: string }
>;

/** A checkpoint as its family reads it. */
export interface Checkpoint {
  readonly decoder: Decoder;
  /** Tensors that checkpoints of the family hold without need (buffers, copies). */
  readonly harmless: RegExp;
  /** Things the user should know, each a sentence. */
  readonly warnings: readonly string[];
}

export interface Family {
  readonly name: string;
  /** `model_type` and `architectures[0]` values that mean this family. */
  readonly modelTypes: readonly string[];
  readonly architectures: readonly string[];
  /** @throws FileFormatError that names `file` when the config cannot be what the family computes. */
  read(config: JsonObject, tensors: TensorShapes, file: string): Checkpoint;
}
