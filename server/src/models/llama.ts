/**
 * Llama 1, 2 and 3 (Touvron et al., arXiv 2302.13971, 2307.09288; arXiv 2407.21783; transformers `models/llama`): root mean square norm
 * before each part, rotary positions, gated MLPs, heads that may share keys and values.
 */
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { attentionOf, gatedMlp, llamaCheckpoint, preNormLayer, readDimensions } from './llamaLayout';
import { readRotary } from './rope';
import { rmsNormOf } from './torchParts';

const DEFAULTS = {
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: null,
  head_dim: null,
  vocab_size: 32000,
  max_position_embeddings: 2048,
};

export const llama: Family = {
  name: 'llama',
  modelTypes: ['llama'],
  architectures: ['LlamaForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const dimensions = readDimensions(fields, DEFAULTS);
    const { dHead, context } = dimensions;
    const epsilon = fields.positive('rms_norm_eps', 1e-6);
    const act = fields.activation('hidden_act', 'silu');
    const hasBias = fields.flag('attention_bias', false);
    const mlpBias = fields.flag('mlp_bias', false);
    const rotary = readRotary(
      config,
      { dHead, context, theta: { field: 'rope_theta', otherwise: 10000 } },
      file,
    );
    const norm = (module: string) => rmsNormOf(module, epsilon);
    const attention = { biases: { qkv: hasBias, out: hasBias }, scale: dHead ** -0.5, rotary };
    return llamaCheckpoint(
      {
        dimensions,
        norm,
        isTied: fields.flag('tie_word_embeddings', false),
        layer: (at) => preNormLayer(at, norm, attentionOf(at, attention), gatedMlp(at, act, mlpBias)),
      },
      tensors,
      file,
    );
  },
};
