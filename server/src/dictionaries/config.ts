import type { JsonObject } from '../formats/json';

/** The nonlinearity of a dictionary's encoder. */
export type DictionaryKind = 'standard' | 'jumprelu' | 'topk' | 'gated';

/** How the input is scaled before encoding (SAELens `normalize_activations`); SAEs undo it on their output. */
export type DictionaryNormalization =
  'none' | 'expected_average_only_in' | 'constant_norm_rescale' | 'layer_norm';

/** What a dictionary computes and where it belongs, in the terms of SAELens 6. */
export interface DictionaryConfig {
  readonly kind: DictionaryKind;
  /** Reads `hookName` and predicts `hookNameOut`, instead of reconstructing its own input. */
  readonly transcoder: boolean;
  /** A transcoder with a linear path from its raw input to its output (`W_skip` [dOut, dIn]). */
  readonly skip: boolean;
  readonly dIn: number;
  /** Equal to `dIn` unless this is a transcoder. */
  readonly dOut: number;
  /** Number of features. */
  readonly dSae: number;
  /** How many features a topk dictionary keeps; present for that kind only. */
  readonly k?: number;
  /** topk chooses by activation times the norm of the decoder row; decoding divides by it. */
  readonly rescaleByDecoderNorm: boolean;
  /** `b_dec` is subtracted from the input; never for transcoders. */
  readonly applyBDecToInput: boolean;
  readonly normalize: DictionaryNormalization;
  /** The hook's [head, dHead] axes are flattened to dIn, head-major. */
  readonly reshapeHookZ: boolean;
  readonly hookName: string;
  /** Equal to `hookName` unless this is a transcoder. */
  readonly hookNameOut: string;
  /** The dictionary reads this head alone; null: the whole activation. */
  readonly hookHeadIndex: number | null;
  readonly modelName: string | null;
  /** Trained on sequences that start with BOS. */
  readonly prependBos: boolean;
  /** Sequence length in training, where known. */
  readonly contextSize: number | null;
  /** Type the publisher computes in: float32, float16, bfloat16, float64. */
  readonly dtype: string;
  /** The configuration as found, for display and for what is not modelled here. */
  readonly raw: JsonObject;
}
