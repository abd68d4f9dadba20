/** Qwen 3 (arXiv 2505.09388; transformers `models/qwen3`): norms of each head's queries and keys, heads of a width of their own. */
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { readQwen } from './qwen';

export const qwen3: Family = {
  name: 'qwen3',
  modelTypes: ['qwen3'],
  architectures: ['Qwen3ForCausalLM'],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const hasBias = fields.flag('attention_bias', false);
    return readQwen(
      fields,
      { headWidth: 128, biases: { qkv: hasBias, out: hasBias }, hasHeadNorms: true },
      tensors,
    );
  },
};
