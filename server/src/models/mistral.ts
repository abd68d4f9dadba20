/** Mistral (Jiang et al., arXiv 2310.06825; transformers `models/mistral`): Llama with a sliding window in every layer. */
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { attentionOf, gatedMlp, llamaCheckpoint, preNormLayer, readDimensions } from './llamaLayout';
import { readRotary } from './rope';
import { rmsNormOf } from './torchParts';

const DEFAULTS = {
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  head_dim: null,
  vocab_size: 32000,
  max_position_embeddings: 131072,
};

export const mistral: Family = {
  name: 'mistral',
  modelTypes: ['mistral'],
  architectures: ['MistralForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const dimensions = readDimensions(fields, DEFAULTS);
    const { dHead, context } = dimensions;
    const epsilon = fields.positive('rms_norm_eps', 1e-6);
    const act = fields.activation('hidden_act', 'silu');
    // A file that says null has no window; one that says nothing has the window of version 0.1.
    const window = fields.dimensionOrNull('sliding_window', 4096);
    const rotary = readRotary(
      config,
      { dHead, context, theta: { field: 'rope_theta', otherwise: 10000 } },
      file,
    );
    const norm = (module: string) => rmsNormOf(module, epsilon);
    const attention = { biases: { qkv: false, out: false }, scale: dHead ** -0.5, rotary, window };
    return llamaCheckpoint(
      {
        dimensions,
        norm,
        isTied: fields.flag('tie_word_embeddings', false),
        layer: (at) => preNormLayer(at, norm, attentionOf(at, attention), gatedMlp(at, act, false)),
      },
      tensors,
      file,
    );
  },
};
