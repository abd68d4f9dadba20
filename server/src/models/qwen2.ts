/** Qwen 2 and 2.5 (arXiv 2407.10671; transformers `models/qwen2`): Llama with biases on queries, keys and values. */
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { readQwen } from './qwen';

export const qwen2: Family = {
  name: 'qwen2',
  modelTypes: ['qwen2'],
  architectures: ['Qwen2ForCausalLM'],
  read: (config, tensors, file) =>
    readQwen(
      new ConfigFields(config, file),
      { headWidth: null, biases: { qkv: true, out: false }, hasHeadNorms: false },
      tensors,
    ),
};
