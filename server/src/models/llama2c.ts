/**
 * llama2.c (github.com/karpathy/llama2.c, `run.c`): Llama with tensors named as there, but queries and keys as Meta stores them, whose
 * rotary pairs stand side by side. The config is what the file's header says.
 */
import { readDimension } from '../formats/json';
import { ConfigFields } from './configFields';
import type { Family } from './family';
import { attentionOf, gatedMlp, llamaCheckpoint, preNormLayer } from './llamaLayout';
import { defaultFrequencies } from './rope';
import { rmsNormOf } from './torchParts';

/** Fixed in `run.c`. */
const EPSILON = 1e-5;
const THETA = 10000;

export const llama2c: Family = {
  name: 'llama2.c',
  modelTypes: ['llama2.c'],
  architectures: [],
  read: (config, tensors, file) => {
    const fields = new ConfigFields(config, file);
    const dModel = readDimension(config, 'dim', file);
    const heads = readDimension(config, 'n_heads', file);
    const dHead = fields.headWidth(dModel, heads, 'head_dim', null);
    if (dHead % 2 !== 0) fields.refuse(`heads of width ${dHead} have no pairs that turn`);
    const dimensions = {
      layers: fields.layers('n_layers', readDimension(config, 'n_layers', file)),
      heads,
      kvHeads: fields.keyValueHeads('n_kv_heads', heads, heads),
      dModel,
      dHead,
      dMlp: readDimension(config, 'hidden_dim', file),
      vocabulary: readDimension(config, 'vocab_size', file),
      context: readDimension(config, 'max_seq_len', file),
    };
    const norm = (module: string) => rmsNormOf(module, EPSILON);
    const attention = {
      biases: { qkv: false, out: false },
      scale: dHead ** -0.5,
      rotary: { frequencies: defaultFrequencies(THETA, dHead), style: 'pairs' as const },
    };
    return llamaCheckpoint(
      {
        dimensions,
        norm,
        isTied: true,
        layer: (at) => preNormLayer(at, norm, attentionOf(at, attention), gatedMlp(at, 'silu', false)),
      },
      tensors,
      file,
    );
  },
};
