/**
 * Gemma 3, its text part (arXiv 2503.19786; transformers `models/gemma3`): norms of each head's queries and keys, five layers within
 * a window for each that sees all, and a rotary embedding for either kind. It comes by itself or inside of a model for images.
 */
import { readOptionalObject } from '../formats/json';
import { ConfigFields } from './configFields';
import type { Rotary } from './decoder/decoder';
import type { Checkpoint, Family, ModelDimensions, TensorShapes } from './family';
import { embeddingScale, gemmaNorm, refuseBidirectional, sandwichLayer } from './gemmaLayout';
import { type LayerType, readLayerTypes } from './layerTypes';
import { attentionOf, gatedMlp, llamaCheckpoint, readDimensions } from './llamaLayout';
import { rotaryOf } from './rope';

const DEFAULTS = {
  hidden_size: 2304,
  intermediate_size: 9216,
  num_hidden_layers: 26,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  vocab_size: 262208,
  max_position_embeddings: 131072,
};

/** Around the image model, by version of transformers; `HARMLESS` are the images' own parts. */
const PREFIXES = ['model.', 'model.language_model.', 'language_model.model.', 'language_model.', ''];
const HARMLESS = /^(model\.)?(vision_tower|multi_modal_projector)\.|\.rotary_emb(_local)?\.inv_freq$/;

export const gemma3: Family = {
  name: 'gemma3',
  modelTypes: ['gemma3_text', 'gemma3'],
  architectures: ['Gemma3ForCausalLM', 'Gemma3ForConditionalGeneration'],
  read: (config, tensors, file) => {
    const outer = new ConfigFields(config, file);
    const text = readOptionalObject(config, 'text_config', file);
    const isWrapped = text !== null || outer.text('model_type') === 'gemma3';
    if (!isWrapped) return readText(outer, outer.flag('tie_word_embeddings', true), [], tensors);
    const inner = new ConfigFields(text ?? {}, file);
    const isTied = outer.flag('tie_word_embeddings', inner.flag('tie_word_embeddings', true));
    return readText(inner, isTied, ['only the text part of this model is computed, not its images'], tensors);
  },
};

function readText(
  fields: ConfigFields,
  isTied: boolean,
  warnings: readonly string[],
  tensors: TensorShapes,
): Checkpoint {
  refuseBidirectional(fields);
  refuseScoreCap(fields);
  const dimensions = readDimensions(fields, DEFAULTS);
  const norm = gemmaNorm(fields.positive('rms_norm_eps', 1e-6));
  const act = fields.activation('hidden_activation', 'gelu_pytorch_tanh');
  const hasBias = fields.flag('attention_bias', false);
  const every = fields.dimension('sliding_window_pattern', 6);
  const types = readLayerTypes(fields, dimensions.layers, (i) =>
    (i + 1) % every === 0 ? 'full_attention' : 'sliding_attention',
  );
  const window = fields.dimensionOrNull('sliding_window', 4096);
  const rotaries = readRotaries(fields, dimensions);
  const attention = (type: LayerType) => ({
    biases: { qkv: hasBias, out: hasBias },
    scale: fields.positive('query_pre_attn_scalar', 256) ** -0.5,
    rotary: rotaries[type],
    window: type === 'sliding_attention' ? window : null,
    headNorm: norm,
  });
  return llamaCheckpoint(
    {
      dimensions,
      norm,
      isTied,
      warnings,
      embeddingScale: embeddingScale(dimensions),
      logitCap: fields.positiveOrNull('final_logit_softcapping', null),
      prefixes: PREFIXES,
      heads: ['lm_head.weight', 'language_model.lm_head.weight'],
      harmless: HARMLESS,
      layer: (at, i) =>
        sandwichLayer(at, norm, attentionOf(at, attention(types[i]!)), gatedMlp(at, act, false)),
    },
    tensors,
    fields.file,
  );
}

/** transformers reads the field and does not use it; what the author of such a file means cannot be known. */
function refuseScoreCap(fields: ConfigFields): void {
  if (fields.positiveOrNull('attn_logit_softcapping', null) === null) return;
  fields.refuse(
    '"attn_logit_softcapping" is set, which means nothing in Gemma 3',
    'Set it to null, or use the model_type "gemma2"',
  );
}

/**
 * `rope_parameters` with an entry for each type of layer; before transformers 5 `rope_theta` and `rope_scaling` for the layers
 * that see all and `rope_local_base_freq` for those within a window, never scaled.
 */
function readRotaries(fields: ConfigFields, dimensions: ModelDimensions): Record<LayerType, Rotary> {
  const { config, file } = fields;
  const { dHead, context } = dimensions;
  const parameters = readOptionalObject(config, 'rope_parameters', file) ?? {};
  const scaling = readOptionalObject(config, 'rope_scaling', file) ?? {};
  const full = { ...readOptionalObject(parameters, 'full_attention', file), ...scaling };
  const sliding = readOptionalObject(parameters, 'sliding_attention', file) ?? {};
  const rotary = (of: typeof full, field: string, otherwise: number) =>
    rotaryOf(of, config, { dHead, context, theta: { field, otherwise } }, file);
  return {
    full_attention: rotary(full, 'rope_theta', 1e6),
    sliding_attention: rotary(sliding, 'rope_local_base_freq', 10000),
  };
}
