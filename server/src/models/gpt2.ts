/**
 * GPT-2 (Radford et al. 2019; transformers `models/gpt2/modeling_gpt2.py`): learned positions, layer norm before each
 * part, one [d, 3d] matrix for queries, keys and values, weights stored [in, out].
 */
import { ConfigFields } from './configFields';
import type { LayerPart, Linear, Norm } from './decoder/decoder';
import type { Checkpoint, Family, ModelDimensions } from './family';
import { findPrefix } from './tensors';
import { embeddingNames, layerNormOf } from './torchParts';

/** Causal masks that old versions of transformers saved. */
const HARMLESS = /\.attn\.(bias|masked_bias)$/;

interface Gpt2Config {
  readonly dimensions: ModelDimensions;
  readonly norm: (module: string) => Norm;
  readonly act: string;
  readonly scaleByHeadWidth: boolean;
  readonly scaleByLayer: boolean;
}

function readConfig(fields: ConfigFields): Gpt2Config {
  const dModel = fields.dimension('n_embd', 768);
  const heads = fields.dimension('n_head', 12);
  if (dModel % heads !== 0) fields.refuse(`n_embd ${dModel} is not a multiple of n_head ${heads}`);
  const epsilon = fields.positive('layer_norm_epsilon', 1e-5);
  return {
    dimensions: {
      layers: fields.layers('n_layer', 12),
      heads,
      kvHeads: heads,
      dModel,
      dHead: dModel / heads,
      dMlp: fields.dimension('n_inner', 4 * dModel),
      vocabulary: fields.dimension('vocab_size', 50257),
      context: fields.dimension('n_positions', fields.dimension('n_ctx', 1024)),
    },
    norm: (module) => layerNormOf(module, epsilon),
    act: fields.activation('activation_function', 'gelu_new'),
    scaleByHeadWidth: fields.flag('scale_attn_weights', true),
    scaleByLayer: fields.flag('scale_attn_by_inverse_layer_idx', false),
  };
}

function linear(name: string): Linear {
  return { weight: `${name}.weight`, bias: `${name}.bias`, stored: 'in,out' };
}

function layerPart(at: string, c: Gpt2Config, layer: number): LayerPart {
  const width = c.scaleByHeadWidth ? Math.sqrt(c.dimensions.dHead) : 1;
  return {
    attentionNorm: c.norm(`${at}.ln_1`),
    attention: {
      projection: { kind: 'joint', qkv: linear(`${at}.attn.c_attn`) },
      out: linear(`${at}.attn.c_proj`),
      scale: 1 / (width * (c.scaleByLayer ? layer + 1 : 1)),
      softCap: null,
      window: null,
      rotary: null,
      qNorm: null,
      kNorm: null,
    },
    attentionPostNorm: null,
    mlpNorm: c.norm(`${at}.ln_2`),
    mlp: {
      kind: 'plain',
      into: linear(`${at}.mlp.c_fc`),
      out: linear(`${at}.mlp.c_proj`),
      act: c.act,
    },
    mlpPostNorm: null,
    parallel: false,
  };
}

export const gpt2: Family = {
  name: 'gpt2',
  modelTypes: ['gpt2'],
  architectures: ['GPT2LMHeadModel', 'GPT2Model'],
  read(config, tensors, file): Checkpoint {
    const fields = new ConfigFields(config, file);
    const c = readConfig(fields);
    const isTied = fields.flag('tie_word_embeddings', true);
    const prefix = findPrefix(tensors, ['transformer.', ''], 'wpe.weight', file);
    const names = embeddingNames(tensors, `${prefix}wte.weight`, ['lm_head.weight'], isTied);
    const { layers } = c.dimensions;
    return {
      decoder: {
        dimensions: c.dimensions,
        embedding: { tokens: names.tokens, scale: 1, positions: `${prefix}wpe.weight` },
        layers: Array.from({ length: layers }, (_, layer) => layerPart(`${prefix}h.${layer}`, c, layer)),
        finalNorm: c.norm(`${prefix}ln_f`),
        unembedding: { linear: { weight: names.unembedding, bias: null, stored: 'out,in' }, softCap: null },
        causal: true,
      },
      harmless: HARMLESS,
      warnings: names.warnings,
    };
  },
};
