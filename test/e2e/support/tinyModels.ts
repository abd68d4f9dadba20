// Checkpoints small enough for tests, and a Hugging Face cache to put them in.
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { type TensorToWrite, writeSafetensors } from '../../../server/src/formats/safetensorsWriter';
import { inRoot } from '../../../scripts/lib/paths.mjs';

const GPT2 = inRoot('test', 'reference', 'fixtures', 'gpt2-tiny', 'model');
const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json'];

/** A GPT-2 with its tokenizer: context of 64 tokens. @returns the folder */
export function writeGpt2(folder: string): string {
  cpSync(GPT2, folder, { recursive: true });
  return folder;
}

/** A GPT-NeoX with GPT-2's tokenizer: context of 32 tokens, weights of some MiB. @returns the folder */
export function writeNeox(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of TOKENIZER) copyFileSync(path.join(GPT2, name), path.join(folder, name));
  const [d, layers, vocabulary] = [192, 2, 300];
  const config = {
    architectures: ['GPTNeoXForCausalLM'],
    model_type: 'gpt_neox',
    hidden_size: d,
    num_hidden_layers: layers,
    num_attention_heads: 4,
    intermediate_size: 4 * d,
    max_position_embeddings: 32,
    rotary_pct: 0.25,
    rotary_emb_base: 10000,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    vocab_size: vocabulary,
    bos_token_id: 299,
    eos_token_id: 299,
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config, null, 2));
  const tensors = new Map<string, TensorToWrite>();
  const add = (name: string, ...shape: number[]): void => {
    tensors.set(name, {
      shape,
      data: noise(
        shape.reduce((a, b) => a * b, 1),
        tensors.size,
      ),
    });
  };
  const pair = (name: string, ...shape: number[]): void => {
    add(`${name}.weight`, ...shape);
    add(`${name}.bias`, shape[0]!);
  };
  add('gpt_neox.embed_in.weight', vocabulary, d);
  for (let layer = 0; layer < layers; layer++) {
    const at = `gpt_neox.layers.${layer}`;
    pair(`${at}.input_layernorm`, d);
    pair(`${at}.post_attention_layernorm`, d);
    pair(`${at}.attention.query_key_value`, 3 * d, d);
    pair(`${at}.attention.dense`, d, d);
    pair(`${at}.mlp.dense_h_to_4h`, 4 * d, d);
    pair(`${at}.mlp.dense_4h_to_h`, d, 4 * d);
  }
  pair('gpt_neox.final_layer_norm', d);
  add('embed_out.weight', vocabulary, d);
  writeSafetensors(path.join(folder, 'model.safetensors'), tensors);
  return folder;
}

/** Puts a model into a cache as huggingface_hub lays it out: blobs by their hash, snapshots of links, and what `main` means. */
export function cacheModel(home: string, id: string, folder: string): void {
  const commit = createHash('sha1').update(id).digest('hex');
  const root = path.join(home, 'hub', `models--${id.replace('/', '--')}`);
  const snapshot = path.join(root, 'snapshots', commit);
  for (const each of ['blobs', 'refs']) mkdirSync(path.join(root, each), { recursive: true });
  mkdirSync(snapshot, { recursive: true });
  writeFileSync(path.join(root, 'refs', 'main'), commit);
  for (const name of readdirSync(folder)) {
    const hash = createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex');
    copyFileSync(path.join(folder, name), path.join(root, 'blobs', hash));
    symlinkSync(path.join('..', '..', 'blobs', hash), path.join(snapshot, name));
  }
}

/** Small numbers, another row of them for every seed. */
function noise(count: number, seed: number): Float32Array {
  const data = new Float32Array(count);
  let state = seed + 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state / 2 ** 32 - 0.5) * 0.4;
  }
  return data;
}
