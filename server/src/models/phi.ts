/**
 * Phi-1, 1.5 and 2 (arXiv 2306.11644; transformers `models/phi`): attention and MLP read one norm of the block's input, a part of
 * each head turns, everything has a bias, the unembedding too.
 */
import { ConfigFields } from './configFields';
import type { Decoder, LayerPart, Norm, Rotary } from './decoder/decoder';
import type { Family, ModelDimensions, TensorShapes } from './family';
import { readDimensions } from './llamaLayout';
import { readRotary } from './rope';
import { findPrefix } from './tensors';
import { embeddingNames, layerNormOf, linear } from './torchParts';

const DEFAULTS = {
  hidden_size: 2048,
  intermediate_size: 8192,
  num_hidden_layers: 24,
  num_attention_heads: 32,
  num_key_value_heads: null,
  head_dim: null,
  vocab_size: 51200,
  max_position_embeddings: 2048,
};

const HARMLESS = /\.rotary_emb\.inv_freq$/;

interface PhiConfig {
  readonly dimensions: ModelDimensions;
  readonly rotary: Rotary;
  readonly act: string;
  readonly hasHeadNorms: boolean;
  readonly norm: (module: string) => Norm;
}

export const phi: Family = {
  name: 'phi',
  modelTypes: ['phi'],
  architectures: ['PhiForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const isTied = fields.flag('tie_word_embeddings', false);
    const prefix = findPrefix(tensors, ['model.', ''], 'layers.0.input_layernorm.weight', file);
    const names = embeddingNames(tensors, `${prefix}embed_tokens.weight`, ['lm_head.weight'], isTied);
    const c = readPhi(fields);
    const decoder: Decoder = {
      dimensions: c.dimensions,
      embedding: { tokens: names.tokens, scale: 1, positions: null },
      layers: Array.from({ length: c.dimensions.layers }, (_, i) => layerOf(`${prefix}layers.${i}`, c)),
      finalNorm: c.norm(`${prefix}final_layernorm`),
      unembedding: {
        linear: { weight: names.unembedding, bias: unembeddingBias(tensors), stored: 'out,in' },
        softCap: null,
      },
      causal: true,
    };
    return { decoder, harmless: HARMLESS, warnings: names.warnings };
  },
};

function readPhi(fields: ConfigFields): PhiConfig {
  const dimensions = readDimensions(fields, DEFAULTS);
  const epsilon = fields.positive('layer_norm_eps', 1e-5);
  const kind = {
    dHead: dimensions.dHead,
    context: dimensions.context,
    theta: { field: 'rope_theta', otherwise: 10000 },
    part: { field: 'partial_rotary_factor', otherwise: 0.5 },
  };
  return {
    dimensions,
    rotary: readRotary(fields.config, kind, fields.file),
    act: fields.activation('hidden_act', 'gelu_new'),
    hasHeadNorms: fields.flag('qk_layernorm', false),
    norm: (module) => layerNormOf(module, epsilon),
  };
}

function layerOf(at: string, { dimensions, rotary, act, hasHeadNorms, norm }: PhiConfig): LayerPart {
  const attention = `${at}.self_attn`;
  return {
    attentionNorm: norm(`${at}.input_layernorm`),
    attention: {
      projection: {
        kind: 'separate',
        q: linear(`${attention}.q_proj`, true),
        k: linear(`${attention}.k_proj`, true),
        v: linear(`${attention}.v_proj`, true),
      },
      out: linear(`${attention}.dense`, true),
      scale: dimensions.dHead ** -0.5,
      softCap: null,
      window: null,
      rotary,
      qNorm: hasHeadNorms ? norm(`${attention}.q_layernorm`) : null,
      kNorm: hasHeadNorms ? norm(`${attention}.k_layernorm`) : null,
    },
    attentionPostNorm: null,
    mlpNorm: norm(`${at}.input_layernorm`),
    mlp: { kind: 'plain', into: linear(`${at}.mlp.fc1`, true), out: linear(`${at}.mlp.fc2`, true), act },
    mlpPostNorm: null,
    parallel: true,
  };
}

/** Checkpoints whose unembedding is the embedding may lack the bias. */
function unembeddingBias(tensors: TensorShapes): string | null {
  return tensors.has('lm_head.bias') || tensors.has('lm_head.weight') ? 'lm_head.bias' : null;
}
