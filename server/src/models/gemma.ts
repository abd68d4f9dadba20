/** Gemma 1 (arXiv 2403.08295; transformers `models/gemma`). */
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { embeddingScale, gemmaNorm, refuseBidirectional } from './gemmaLayout';
import { attentionOf, gatedMlp, llamaCheckpoint, preNormLayer, readDimensions } from './llamaLayout';
import { readRotary } from './rope';

const DEFAULTS = {
  hidden_size: 3072,
  intermediate_size: 24576,
  num_hidden_layers: 28,
  num_attention_heads: 16,
  num_key_value_heads: 16,
  head_dim: 256,
  vocab_size: 256000,
  max_position_embeddings: 8192,
};

export const gemma: Family = {
  name: 'gemma',
  modelTypes: ['gemma'],
  architectures: ['GemmaForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    refuseBidirectional(fields);
    const dimensions = readDimensions(fields, DEFAULTS);
    const { dHead, context } = dimensions;
    const norm = gemmaNorm(fields.positive('rms_norm_eps', 1e-6));
    const hasBias = fields.flag('attention_bias', false);
    const act = readActivation(fields);
    const rotary = readRotary(
      config,
      { dHead, context, theta: { field: 'rope_theta', otherwise: 10000 } },
      file,
    );
    const attention = { biases: { qkv: hasBias, out: hasBias }, scale: dHead ** -0.5, rotary };
    return llamaCheckpoint(
      {
        dimensions,
        norm,
        isTied: fields.flag('tie_word_embeddings', true),
        embeddingScale: embeddingScale(dimensions),
        layer: (at) => preNormLayer(at, norm, attentionOf(at, attention), gatedMlp(at, act, false)),
      },
      tensors,
      file,
    );
  },
};

/** The first releases say `gelu` and mean the approximation by tanh that they were trained with. */
function readActivation(fields: ConfigFields): string {
  const act = fields.activation('hidden_act', 'gelu_pytorch_tanh');
  return act === 'gelu' ? 'gelu_pytorch_tanh' : act;
}
