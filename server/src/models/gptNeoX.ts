/**
 * GPT-NeoX and Pythia (Black et al., arXiv 2204.06745; transformers `models/gpt_neox`): queries, keys and values of each head stand
 * together in one matrix, a part of each head turns, attention and MLP read the block's input side by side.
 */
import { ConfigFields } from './configFields';
import type { Decoder, LayerPart, Norm, Rotary } from './decoder/decoder';
import type { Family, ModelDimensions } from './family';
import { readRotary } from './rope';
import { findPrefix } from './tensors';
import { embeddingNames, layerNormOf, linear } from './torchParts';

/** Masks and frequencies that old versions of transformers saved. */
const HARMLESS = /\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$|^(gpt_neox\.)?rotary_emb\.inv_freq$/;

interface NeoXConfig {
  readonly dimensions: ModelDimensions;
  readonly rotary: Rotary;
  readonly act: string;
  readonly hasBias: boolean;
  readonly isParallel: boolean;
  readonly norm: (module: string) => Norm;
}

export const gptNeoX: Family = {
  name: 'gpt_neox',
  modelTypes: ['gpt_neox'],
  architectures: ['GPTNeoXForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const isTied = fields.flag('tie_word_embeddings', false);
    const prefix = findPrefix(tensors, ['gpt_neox.', ''], 'layers.0.input_layernorm.weight', file);
    const heads = ['embed_out.weight', 'lm_head.weight'];
    const names = embeddingNames(tensors, `${prefix}embed_in.weight`, heads, isTied);
    const c = readNeoX(fields);
    const decoder: Decoder = {
      dimensions: c.dimensions,
      embedding: { tokens: names.tokens, scale: 1, positions: null },
      layers: Array.from({ length: c.dimensions.layers }, (_, i) => layerOf(`${prefix}layers.${i}`, c)),
      finalNorm: c.norm(`${prefix}final_layer_norm`),
      unembedding: {
        linear: { weight: names.unembedding, bias: null, stored: 'out,in' },
        softCap: null,
      },
      causal: true,
    };
    return { decoder, harmless: HARMLESS, warnings: names.warnings };
  },
};

function readNeoX(fields: ConfigFields): NeoXConfig {
  const dModel = fields.dimension('hidden_size', 6144);
  const heads = fields.dimension('num_attention_heads', 64);
  const dHead = dModel / heads;
  if (!Number.isInteger(dHead))
    fields.refuse(`hidden_size ${dModel} is not a multiple of num_attention_heads ${heads}`);
  const dimensions = {
    layers: fields.layers('num_hidden_layers', 44),
    heads,
    kvHeads: heads,
    dModel,
    dHead,
    dMlp: fields.dimension('intermediate_size', 24576),
    vocabulary: fields.dimension('vocab_size', 50432),
    context: fields.dimension('max_position_embeddings', 2048),
  };
  const kind = {
    dHead,
    context: dimensions.context,
    theta: { field: 'rotary_emb_base', otherwise: 10000 },
    part: { field: 'rotary_pct', otherwise: 0.25 },
  };
  const epsilon = fields.positive('layer_norm_eps', 1e-5);
  return {
    dimensions,
    rotary: readRotary(fields.config, kind, fields.file),
    act: fields.activation('hidden_act', 'gelu'),
    hasBias: fields.flag('attention_bias', true),
    isParallel: fields.flag('use_parallel_residual', true),
    norm: (module) => layerNormOf(module, epsilon),
  };
}

function layerOf(at: string, { dimensions, rotary, act, hasBias, isParallel, norm }: NeoXConfig): LayerPart {
  return {
    attentionNorm: norm(`${at}.input_layernorm`),
    attention: {
      projection: { kind: 'interleaved', qkv: linear(`${at}.attention.query_key_value`, hasBias) },
      out: linear(`${at}.attention.dense`, hasBias),
      scale: dimensions.dHead ** -0.5,
      softCap: null,
      window: null,
      rotary,
      qNorm: null,
      kNorm: null,
    },
    attentionPostNorm: null,
    mlpNorm: norm(`${at}.post_attention_layernorm`),
    mlp: {
      kind: 'plain',
      into: linear(`${at}.mlp.dense_h_to_4h`, true),
      out: linear(`${at}.mlp.dense_4h_to_h`, true),
      act,
    },
    mlpPostNorm: null,
    parallel: isParallel,
  };
}
