/**
 * GPT-2 (Radford et al. 2019; transformers `models/gpt2/modeling_gpt2.py`): learned positions, layer norm before each
 * part, one [d, 3d] matrix for queries, keys and values, weights stored [in, out].
 */
import { FileFormatError } from '../formats/errors';
import {
  type JsonObject,
  readDimension,
  readOptionalBoolean,
  readOptionalCount,
  readOptionalNumber,
  readOptionalString,
} from '../formats/json';
import type { LayerPart, Linear, Norm } from './decoder/decoder';
import type { Checkpoint, Family, ModelDimensions, TensorShapes } from './family';
import { activations } from './layers';
import { findPrefix } from './tensors';

/** Causal masks that old versions of transformers saved, and the unembedding of a checkpoint that ties it. */
const HARMLESS = /\.attn\.(bias|masked_bias)$|^lm_head\.weight$/;

interface Gpt2Config extends ModelDimensions {
  readonly epsilon: number;
  readonly activation: string;
  readonly scaleByHeadWidth: boolean;
  readonly scaleByLayer: boolean;
  /** Name of the unembedding [vocabulary, dModel]; the embedding itself when tied. */
  readonly unembedding: string;
  /** Where the files say less than they should, a sentence each. */
  readonly warnings: readonly string[];
  readonly prefix: string;
}

function readConfig(config: JsonObject, tensors: TensorShapes, file: string): Gpt2Config {
  const dModel = readDimension(config, 'n_embd', file);
  const heads = readDimension(config, 'n_head', file);
  if (dModel % heads !== 0) {
    throw new FileFormatError(
      file,
      `n_embd ${dModel} is not a multiple of n_head ${heads}`,
      'Correct the file',
    );
  }
  const prefix = findPrefix(tensors, ['transformer.', ''], 'wte.weight', file);
  const tied = readOptionalBoolean(config, 'tie_word_embeddings', file) ?? true;
  const hasHead = tensors.has('lm_head.weight');
  return {
    layers: readDimension(config, 'n_layer', file),
    heads,
    kvHeads: heads,
    dModel,
    dHead: dModel / heads,
    dMlp: readOptionalCount(config, 'n_inner', file) ?? 4 * dModel,
    vocabulary: readDimension(config, 'vocab_size', file),
    context: readOptionalCount(config, 'n_positions', file) ?? readDimension(config, 'n_ctx', file),
    epsilon: readOptionalNumber(config, 'layer_norm_epsilon', file) ?? 1e-5,
    activation: readActivation(config, file),
    scaleByHeadWidth: readOptionalBoolean(config, 'scale_attn_weights', file) ?? true,
    scaleByLayer: readOptionalBoolean(config, 'scale_attn_by_inverse_layer_idx', file) ?? false,
    unembedding: !tied && hasHead ? 'lm_head.weight' : `${prefix}wte.weight`,
    warnings:
      tied || hasHead
        ? []
        : [
            'config.json says the unembedding is its own, but the weights have no lm_head.weight: the embedding is used',
          ],
    prefix,
  };
}

function readActivation(config: JsonObject, file: string): string {
  const name = readOptionalString(config, 'activation_function', file) ?? 'gelu_new';
  if (Object.hasOwn(activations, name)) return name;
  const known = Object.keys(activations).join(', ');
  throw new FileFormatError(file, `activation_function "${name}" is not known`, `Known are ${known}`);
}

function linear(name: string): Linear {
  return { weight: `${name}.weight`, bias: `${name}.bias`, stored: 'in,out' };
}

function norm({ epsilon }: Gpt2Config, name: string): Norm {
  return { kind: 'layer', gain: `${name}.weight`, bias: `${name}.bias`, epsilon };
}

function layerPart(c: Gpt2Config, layer: number): LayerPart {
  const at = `${c.prefix}h.${layer}`;
  const width = c.scaleByHeadWidth ? Math.sqrt(c.dHead) : 1;
  return {
    attentionNorm: norm(c, `${at}.ln_1`),
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
    mlpNorm: norm(c, `${at}.ln_2`),
    mlp: {
      kind: 'plain',
      into: linear(`${at}.mlp.c_fc`),
      out: linear(`${at}.mlp.c_proj`),
      act: c.activation,
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
    const c = readConfig(config, tensors, file);
    const { layers, heads, kvHeads, dModel, dHead, dMlp, vocabulary, context } = c;
    return {
      decoder: {
        dimensions: { layers, heads, kvHeads, dModel, dHead, dMlp, vocabulary, context },
        embedding: { tokens: `${c.prefix}wte.weight`, scale: 1, positions: `${c.prefix}wpe.weight` },
        layers: Array.from({ length: layers }, (_, layer) => layerPart(c, layer)),
        finalNorm: norm(c, `${c.prefix}ln_f`),
        unembedding: { linear: { weight: c.unembedding, bias: null, stored: 'out,in' }, softCap: null },
        causal: true,
      },
      harmless: HARMLESS,
      warnings: c.warnings,
    };
  },
};
