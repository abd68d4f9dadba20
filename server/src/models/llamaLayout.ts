/** The names and parts that Llama's descendants share: gated MLPs, one map each for queries, keys, values, rotary embedding. */
import type { ConfigFields } from './configFields';
import type { AttentionPart, Decoder, LayerPart, MlpPart, Norm, Rotary } from './decoder/decoder';
import type { Checkpoint, ModelDimensions, TensorShapes } from './family';
import { findPrefix } from './tensors';
import { embeddingNames, linear } from './torchParts';

/** The values of a family where config.json does not say. */
export interface LlamaDefaults {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  /** Null: as many as there are heads. */
  readonly num_key_value_heads: number | null;
  /** Null: an equal part of the residual stream for each head. */
  readonly head_dim: number | null;
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
}

export function readDimensions(fields: ConfigFields, defaults: LlamaDefaults): ModelDimensions {
  const dModel = fields.dimension('hidden_size', defaults.hidden_size);
  const heads = fields.dimension('num_attention_heads', defaults.num_attention_heads);
  return {
    layers: fields.layers('num_hidden_layers', defaults.num_hidden_layers),
    heads,
    kvHeads: fields.keyValueHeads('num_key_value_heads', heads, defaults.num_key_value_heads ?? heads),
    dModel,
    dHead: fields.headWidth(dModel, heads, 'head_dim', defaults.head_dim),
    dMlp: fields.dimension('intermediate_size', defaults.intermediate_size),
    vocabulary: fields.dimension('vocab_size', defaults.vocab_size),
    context: fields.dimension('max_position_embeddings', defaults.max_position_embeddings),
  };
}

/** What of a layer's attention differs between the families. */
export interface LlamaAttention {
  readonly biases: { readonly qkv: boolean; readonly out: boolean };
  readonly scale: number;
  readonly rotary: Rotary;
  readonly window?: number | null;
  readonly softCap?: number | null;
  /** The norm of queries and that of keys, by the name of their module. */
  readonly headNorm?: (module: string) => Norm;
}

/** @param at the layer's modules, e.g. `model.layers.0` */
export function attentionOf(at: string, kind: LlamaAttention): AttentionPart {
  const attention = `${at}.self_attn`;
  const { biases, headNorm } = kind;
  return {
    projection: {
      kind: 'separate',
      q: linear(`${attention}.q_proj`, biases.qkv),
      k: linear(`${attention}.k_proj`, biases.qkv),
      v: linear(`${attention}.v_proj`, biases.qkv),
    },
    out: linear(`${attention}.o_proj`, biases.out),
    scale: kind.scale,
    softCap: kind.softCap ?? null,
    window: kind.window ?? null,
    rotary: kind.rotary,
    qNorm: headNorm ? headNorm(`${attention}.q_norm`) : null,
    kNorm: headNorm ? headNorm(`${attention}.k_norm`) : null,
  };
}

export function gatedMlp(at: string, act: string, hasBias: boolean): MlpPart {
  return {
    kind: 'gated',
    gate: linear(`${at}.mlp.gate_proj`, hasBias),
    up: linear(`${at}.mlp.up_proj`, hasBias),
    out: linear(`${at}.mlp.down_proj`, hasBias),
    act,
  };
}

/** A layer with one norm before each part: Llama, Mistral, Qwen, Gemma 1. */
export function preNormLayer(
  at: string,
  norm: (module: string) => Norm,
  attention: AttentionPart,
  mlp: MlpPart,
): LayerPart {
  return {
    attentionNorm: norm(`${at}.input_layernorm`),
    attention,
    attentionPostNorm: null,
    mlpNorm: norm(`${at}.post_attention_layernorm`),
    mlp,
    mlpPostNorm: null,
    parallel: false,
  };
}

/** What a family adds to the layout to be a whole checkpoint. */
export interface LlamaWhole {
  readonly dimensions: ModelDimensions;
  /** @param at the layer's modules, e.g. `model.layers.0` */
  readonly layer: (at: string, layer: number) => LayerPart;
  readonly norm: (module: string) => Norm;
  /** Whether config.json, or the family where it does not say, has one tensor for embedding and unembedding. */
  readonly isTied: boolean;
  readonly embeddingScale?: number;
  readonly logitCap?: number | null;
  /** Prefixes and names of the unembedding, where they are not Llama's. */
  readonly prefixes?: readonly string[];
  readonly heads?: readonly string[];
  readonly harmless?: RegExp;
  readonly warnings?: readonly string[];
}

/** Buffers of older checkpoints. */
const HARMLESS = /\.rotary_emb\.inv_freq$/;

/** @throws FileFormatError when no tensor has a name of the layout */
export function llamaCheckpoint(whole: LlamaWhole, tensors: TensorShapes, file: string): Checkpoint {
  const prefix = findPrefix(
    tensors,
    whole.prefixes ?? ['model.', ''],
    'layers.0.input_layernorm.weight',
    file,
  );
  const names = embeddingNames(
    tensors,
    `${prefix}embed_tokens.weight`,
    whole.heads ?? ['lm_head.weight'],
    whole.isTied,
  );
  const decoder: Decoder = {
    dimensions: whole.dimensions,
    embedding: { tokens: names.tokens, scale: whole.embeddingScale ?? 1, positions: null },
    layers: Array.from({ length: whole.dimensions.layers }, (_, i) => whole.layer(`${prefix}layers.${i}`, i)),
    finalNorm: whole.norm(`${prefix}norm`),
    unembedding: {
      linear: { weight: names.unembedding, bias: null, stored: 'out,in' },
      softCap: whole.logitCap ?? null,
    },
    causal: true,
  };
  return {
    decoder,
    harmless: whole.harmless ?? HARMLESS,
    warnings: [...(whole.warnings ?? []), ...names.warnings],
  };
}
