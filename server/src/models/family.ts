/** What a model family is to the rest of the house: a reader of its config and a pure function that builds its graph. */
import type { JsonObject } from '../formats/json';
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';

export interface ModelDimensions {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly dModel: number;
  readonly dHead: number;
  readonly dMlp: number;
  readonly vocabulary: number;
  /** Longest sequence the model has positions for. */
  readonly context: number;
}

/** How much of the model a graph spells out. */
export interface ForwardOptions {
  /** Layers whose `attn.hook_result` (one term of the residual stream a head) is computed. */
  readonly headResults: ReadonlySet<number>;
  /** Keys and values of earlier positions come in as `past.L.k` and `past.L.v`, each [batch, past, kvHead, dHead]. */
  readonly past: boolean;
  /** Only the positions listed in the input `rows` [row] go through the last norm and the unembedding. */
  readonly rows: boolean;
}

export const plainForward: ForwardOptions = { headResults: new Set(), past: false, rows: false };

/** A checkpoint's architecture, ready to be written as a graph over its own tensor names. */
export interface Architecture {
  /** The family's name, e.g. `gpt2`. */
  readonly family: string;
  readonly dimensions: ModelDimensions;
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
export type TensorShapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

export interface Family {
  readonly name: string;
  /** `model_type` and `architectures[0]` values that mean this family. */
  readonly modelTypes: readonly string[];
  readonly architectures: readonly string[];
  /** @throws FileFormatError that names `file` when the config cannot be what the family computes. */
  read(config: JsonObject, tensors: TensorShapes, file: string): Architecture;
}
