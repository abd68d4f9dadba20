/** Gemma 2 (arXiv 2408.00118; transformers `models/gemma2`): bounded scores and logits, every other layer within a window. */
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { embeddingScale, gemmaNorm, refuseBidirectional, sandwichLayer } from './gemmaLayout';
import { readLayerTypes } from './layerTypes';
import { attentionOf, gatedMlp, llamaCheckpoint, readDimensions } from './llamaLayout';
import { readRotary } from './rope';

const DEFAULTS = {
  hidden_size: 2304,
  intermediate_size: 9216,
  num_hidden_layers: 26,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  vocab_size: 256000,
  max_position_embeddings: 8192,
};

export const gemma2: Family = {
  name: 'gemma2',
  modelTypes: ['gemma2'],
  architectures: ['Gemma2ForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    refuseBidirectional(fields);
    const dimensions = readDimensions(fields, DEFAULTS);
    const { dHead, context, layers } = dimensions;
    const norm = gemmaNorm(fields.positive('rms_norm_eps', 1e-6));
    const act = fields.activation('hidden_activation', 'gelu_pytorch_tanh');
    const hasBias = fields.flag('attention_bias', false);
    const window = fields.dimensionOrNull('sliding_window', 4096);
    const types = readLayerTypes(fields, layers, (i) =>
      i % 2 === 0 ? 'sliding_attention' : 'full_attention',
    );
    const attention = {
      biases: { qkv: hasBias, out: hasBias },
      scale: fields.positive('query_pre_attn_scalar', 256) ** -0.5,
      softCap: fields.positiveOrNull('attn_logit_softcapping', 50),
      rotary: readRotary(config, { dHead, context, theta: { field: 'rope_theta', otherwise: 10000 } }, file),
    };
    const windowed = { ...attention, window };
    return llamaCheckpoint(
      {
        dimensions,
        norm,
        isTied: fields.flag('tie_word_embeddings', true),
        embeddingScale: embeddingScale(dimensions),
        logitCap: fields.positiveOrNull('final_logit_softcapping', 30),
        layer: (at, i) => {
          const kind = types[i] === 'sliding_attention' ? windowed : attention;
          return sandwichLayer(at, norm, attentionOf(at, kind), gatedMlp(at, act, false));
        },
      },
      tensors,
      file,
    );
  },
};
