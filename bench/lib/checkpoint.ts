/** Random checkpoints at true shapes, written once into a temporary folder. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** GPT-2 small (124 M parameters, 498 MB in float32). */
export const GPT2_SMALL = { n_layer: 12, n_head: 12, n_embd: 768, n_positions: 1024, vocab_size: 50257 };

/** Gemma 2 2B (2.6 G parameters: 5.2 GB in bfloat16, 10.5 GB in float32). */
export const GEMMA2_2B = {
  num_hidden_layers: 26,
  hidden_size: 2304,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  intermediate_size: 9216,
  vocab_size: 256000,
};

export type StoredType = 'F32' | 'BF16';

type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

function gpt2Shapes({ n_layer, n_embd: d, n_positions, vocab_size }: typeof GPT2_SMALL): Shapes {
  const layers = Array.from({ length: n_layer }, (_, layer): Shapes => {
    const at = `h.${layer}`;
    return [
      ...[`${at}.ln_1`, `${at}.ln_2`].flatMap((ln): Shapes => [
        [`${ln}.weight`, [d]],
        [`${ln}.bias`, [d]],
      ]),
      [`${at}.attn.c_attn.weight`, [d, 3 * d]],
      [`${at}.attn.c_attn.bias`, [3 * d]],
      [`${at}.attn.c_proj.weight`, [d, d]],
      [`${at}.attn.c_proj.bias`, [d]],
      [`${at}.mlp.c_fc.weight`, [d, 4 * d]],
      [`${at}.mlp.c_fc.bias`, [4 * d]],
      [`${at}.mlp.c_proj.weight`, [4 * d, d]],
      [`${at}.mlp.c_proj.bias`, [d]],
    ];
  });
  return [
    ['wte.weight', [vocab_size, d]],
    ['wpe.weight', [n_positions, d]],
    ...layers.flat(),
    ['ln_f.weight', [d]],
    ['ln_f.bias', [d]],
  ];
}

function gemma2Shapes(config: typeof GEMMA2_2B): Shapes {
  const { hidden_size: d, num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim } = config;
  const [queries, keys] = [heads * head_dim, kvHeads * head_dim];
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer): Shapes => {
    const at = `model.layers.${layer}`;
    const norms = ['input', 'post_attention', 'pre_feedforward', 'post_feedforward'];
    return [
      ...norms.map((norm) => [`${at}.${norm}_layernorm.weight`, [d]] as const),
      [`${at}.self_attn.q_proj.weight`, [queries, d]],
      [`${at}.self_attn.k_proj.weight`, [keys, d]],
      [`${at}.self_attn.v_proj.weight`, [keys, d]],
      [`${at}.self_attn.o_proj.weight`, [d, queries]],
      [`${at}.mlp.gate_proj.weight`, [config.intermediate_size, d]],
      [`${at}.mlp.up_proj.weight`, [config.intermediate_size, d]],
      [`${at}.mlp.down_proj.weight`, [d, config.intermediate_size]],
    ];
  });
  return [
    ['model.embed_tokens.weight', [config.vocab_size, d]],
    ...layers.flat(),
    ['model.norm.weight', [d]],
  ];
}

function dictionaryShapes(dIn: number, dSae: number): Shapes {
  return [
    ['W_enc', [dIn, dSae]],
    ['W_dec', [dSae, dIn]],
    ['b_enc', [dSae]],
    ['b_dec', [dIn]],
  ];
}

/** Temporary folders for one run. */
export class Checkpoints {
  readonly folder = mkdtempSync(join(tmpdir(), 'featurescope-bench-'));

  /** A GPT-2-small-shaped model folder. */
  gpt2(): string {
    const folder = join(this.folder, 'gpt2-small');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'gpt2', ...GPT2_SMALL }));
    writeRandom(join(folder, 'model.safetensors'), gpt2Shapes(GPT2_SMALL));
    return folder;
  }

  /** A Gemma-2-2B-shaped model folder; of either type the numbers are the same. `layers` makes a shallower one. */
  gemma2(type: StoredType, layers = GEMMA2_2B.num_hidden_layers): string {
    const folder = join(this.folder, `gemma2-${type}`);
    mkdirSync(folder);
    const shape = { ...GEMMA2_2B, num_hidden_layers: layers };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'gemma2', ...shape }));
    writeRandom(join(folder, 'model.safetensors'), gemma2Shapes(shape), 0, type);
    return folder;
  }

  /** A standard dictionary on `blocks.6.hook_resid_post` in SAELens layout. */
  dictionary(dIn: number, dSae: number): string {
    const folder = join(this.folder, `dictionary-${dSae}`);
    mkdirSync(folder);
    const config = {
      architecture: 'standard',
      d_in: dIn,
      d_sae: dSae,
      dtype: 'float32',
      apply_b_dec_to_input: true,
      normalize_activations: 'none',
      reshape_activations: 'none',
      metadata: { hook_name: 'blocks.6.hook_resid_post', sae_lens_version: '6.18.0' },
    };
    writeFileSync(join(folder, 'cfg.json'), JSON.stringify(config));
    writeRandom(join(folder, 'sae_weights.safetensors'), dictionaryShapes(dIn, dSae));
    return folder;
  }

  /** A TopK transcoder of a layer's MLP in SAELens layout, of `k` active features at every position. */
  transcoder(layer: number, dSae: number, k: number): string {
    const folder = join(this.folder, `transcoder-${layer}`);
    mkdirSync(folder);
    const width = GPT2_SMALL.n_embd;
    const config = {
      architecture: 'transcoder',
      activation_fn: 'topk',
      k,
      d_in: width,
      d_out: width,
      d_sae: dSae,
      dtype: 'float32',
      apply_b_dec_to_input: false,
      normalize_activations: 'none',
      reshape_activations: 'none',
      metadata: {
        hook_name: `blocks.${layer}.mlp.hook_in`,
        hook_name_out: `blocks.${layer}.hook_mlp_out`,
        sae_lens_version: '6.18.0',
      },
    };
    writeFileSync(join(folder, 'cfg.json'), JSON.stringify(config));
    writeRandom(join(folder, 'sae_weights.safetensors'), dictionaryShapes(width, dSae), layer + 1);
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Writes tensors of small random numbers: a chunk of noise, over and over, from another place for each file that says so. */
function writeRandom(path: string, shapes: Shapes, start = 0, type: StoredType = 'F32'): void {
  const width = type === 'F32' ? 4 : 2;
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, shape] of shapes) {
    const bytes = width * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, json);
  const numbers = type === 'F32' ? NOISE : upperHalves(NOISE);
  let written = 0;
  for (let from = (start * width * 9973) % numbers.byteLength; written < offset; from = 0) {
    const count = Math.min(numbers.byteLength - from, offset - written);
    writeSync(file, numbers, from, count);
    written += count;
  }
  closeSync(file);
}

/** 4 MB of numbers of standard deviation about 0.02, as models start with; bfloat16 can hold them. */
const NOISE = noise(1_048_583);

function noise(count: number): Uint8Array {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  };
  const values = Float32Array.from({ length: count }, () => 0.07 * next());
  const bits = new Uint32Array(values.buffer);
  bits.forEach((number, i) => {
    bits[i] = number & 0xffff0000;
  });
  return new Uint8Array(values.buffer);
}

/** Of each float32 the upper 16 bits, which are a bfloat16. */
function upperHalves(floats: Uint8Array): Uint8Array {
  const halves = Uint16Array.from(new Uint32Array(floats.buffer), (bits) => bits >>> 16);
  return new Uint8Array(halves.buffer);
}
