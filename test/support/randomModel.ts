import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TensorToWrite, writeSafetensors } from '../../server/src/formats/safetensorsWriter';

export interface RandomModel {
  readonly layers: number;
  readonly heads: number;
  readonly dModel: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** Small numbers without a pattern that matters (a linear congruence), the same at every call. */
function numbers(count: number): Float32Array {
  const data = new Float32Array(count);
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state / 2 ** 32 - 0.5) * 0.1;
  }
  return data;
}

/** Writes a checkpoint of GPT-2's architecture in Hugging Face layout, without a tokenizer. @returns bytes of the weights */
export function writeRandomModel(folder: string, model: RandomModel): number {
  const { layers, heads, dModel: d, vocabulary, context } = model;
  const config = {
    model_type: 'gpt2',
    n_layer: layers,
    n_head: heads,
    n_embd: d,
    vocab_size: vocabulary,
    n_positions: context,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const tensors = new Map<string, TensorToWrite>();
  const add = (name: string, ...shape: number[]) => {
    tensors.set(`transformer.${name}`, { shape, data: numbers(shape.reduce((a, b) => a * b, 1)) });
  };
  const pair = (name: string, ...shape: number[]) => {
    add(`${name}.weight`, ...shape);
    add(`${name}.bias`, shape.at(-1)!);
  };
  add('wte.weight', vocabulary, d);
  add('wpe.weight', context, d);
  for (let layer = 0; layer < layers; layer++) {
    pair(`h.${layer}.ln_1`, d);
    pair(`h.${layer}.attn.c_attn`, d, 3 * d);
    pair(`h.${layer}.attn.c_proj`, d, d);
    pair(`h.${layer}.ln_2`, d);
    pair(`h.${layer}.mlp.c_fc`, d, 4 * d);
    pair(`h.${layer}.mlp.c_proj`, 4 * d, d);
  }
  pair('ln_f', d);
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  return [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}
