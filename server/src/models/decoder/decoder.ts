/**
 * What the decoder-only families have in common and how they differ: a family describes its checkpoint with these parts, and
 * `forward.ts` writes the graph, hook points included. Names of tensors are those of the file.
 */
import type { ModelDimensions } from '../family';

/** A linear map. `[in, out]` is x W; `[out, in]`, as PyTorch's Linear stores it, is x Wᵀ. */
export interface Linear {
  readonly weight: string;
  /** Name of the bias [out], or null. */
  readonly bias: string | null;
  readonly stored: 'in,out' | 'out,in';
}

/**
 * Normalisation over the last axis.
 * - `layer`: (x - mean) / sqrt(variance + epsilon) * gain + bias (Ba et al., arXiv 1607.06450); without gain and bias where null.
 * - `rms`: x / sqrt(mean(x²) + epsilon) * (offset + gain) (Zhang and Sennrich, arXiv 1910.07467); Gemma's offset is 1.
 */
export type Norm =
  | {
      readonly kind: 'layer';
      readonly gain: string | null;
      readonly bias: string | null;
      readonly epsilon: number;
    }
  | {
      readonly kind: 'rms';
      readonly gain: string | null;
      readonly offset: 0 | 1;
      readonly epsilon: number;
    };

/** How queries, keys and values come from the residual stream. */
export type Projection =
  | { readonly kind: 'separate'; readonly q: Linear; readonly k: Linear; readonly v: Linear }
  /** One map to [q | k | v], each [head, dHead] (GPT-2). */
  | { readonly kind: 'joint'; readonly qkv: Linear }
  /** One map to [head, (q, k, v), dHead] (GPT-NeoX). */
  | { readonly kind: 'interleaved'; readonly qkv: Linear }
  /** A matrix [dModel, dHead] for each head: weights [head, dModel, dHead], biases [head, dHead] (TransformerLens). */
  | { readonly kind: 'perHead'; readonly q: HeadMaps; readonly k: HeadMaps; readonly v: HeadMaps };

export interface HeadMaps {
  readonly weight: string;
  readonly bias: string | null;
}

/** Rotary position embedding (Su et al., arXiv 2104.09864) of the first `2 * frequencies.length` lengths of each head. */
export interface Rotary {
  /** Angle per position of each pair, in radians, after any scaling. */
  readonly frequencies: readonly number[];
  /** `halves` rotates (i, i + n) as transformers does, `pairs` rotates (2i, 2i + 1). */
  readonly style: 'halves' | 'pairs';
}

export interface AttentionPart {
  readonly projection: Projection;
  /** [head * dHead, dModel], or the other way around. For `perHead` also as [head, dHead, dModel], `stored` then `in,out`. */
  readonly out: Linear;
  /** True when the file has `out.weight` as [head, dHead, dModel]. */
  readonly outPerHead?: boolean;
  /** Factor on q k. */
  readonly scale: number;
  /** Scores are bounded by cap * tanh(score / cap), before the mask. */
  readonly softCap: number | null;
  /** A position sees itself and the `window - 1` before it; null: all before it. */
  readonly window: number | null;
  readonly rotary: Rotary | null;
  /** Over each head's dHead, before rotary (Gemma 3, Qwen 3); Phi's layer norm over them likewise. */
  readonly qNorm: Norm | null;
  readonly kNorm: Norm | null;
}

/** `act` is a key of `activations` in layers.ts. */
export type MlpPart =
  | { readonly kind: 'plain'; readonly into: Linear; readonly out: Linear; readonly act: string }
  /** out(act(gate x) * (up x) + hiddenBias) */
  | {
      readonly kind: 'gated';
      readonly gate: Linear;
      readonly up: Linear;
      /** Name of a bias [dMlp] behind the product (TransformerLens). */
      readonly hiddenBias?: string | null;
      readonly out: Linear;
      readonly act: string;
    };

export interface LayerPart {
  /** Null: the attention reads the residual stream as it is. */
  readonly attentionNorm: Norm | null;
  readonly attention: AttentionPart;
  /** Of what the attention writes (Gemma 2, 3). */
  readonly attentionPostNorm: Norm | null;
  readonly mlpNorm: Norm | null;
  /** Null: the block is attention only. */
  readonly mlp: MlpPart | null;
  readonly mlpPostNorm: Norm | null;
  /** Attention and MLP both read the block's input (GPT-NeoX, Phi): there is no `hook_resid_mid`. */
  readonly parallel: boolean;
}

export interface EmbeddingPart {
  /** [vocabulary, dModel] */
  readonly tokens: string;
  /** Factor on the embedding, 1 for most. */
  readonly scale: number;
  /** Learned positions [context, dModel], or null. */
  readonly positions: string | null;
}

export interface UnembeddingPart {
  /** [vocabulary, dModel] when `out,in`, the embedding's own name when tied. */
  readonly linear: Linear;
  /** Logits are bounded by cap * tanh(logit / cap). */
  readonly softCap: number | null;
}

/** A checkpoint as its family describes it. */
export interface Decoder {
  readonly dimensions: ModelDimensions;
  readonly embedding: EmbeddingPart;
  readonly layers: readonly LayerPart[];
  readonly finalNorm: Norm | null;
  readonly unembedding: UnembeddingPart;
  /** False: every position sees every other (a TransformerLens `attention_dir` of `bidirectional`). */
  readonly causal: boolean;
}
