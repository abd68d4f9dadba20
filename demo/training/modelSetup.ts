import type { Architecture } from '../../server/src/models/family';
import { readArchitecture } from '../../server/src/models/registry';
import { hashText, Random } from '../random';

export const context = 256;
export const layers = 4;
export const dModel = 128;
export const heads = 4;

/** The content of the demo model's `config.json`. */
export function modelConfig(vocabulary: number, bos: number) {
  return {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: vocabulary,
    n_positions: context,
    n_ctx: context,
    n_embd: dModel,
    n_layer: layers,
    n_head: heads,
    n_inner: 4 * dModel,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    resid_pdrop: 0,
    embd_pdrop: 0,
    attn_pdrop: 0,
    initializer_range: 0.05,
    tie_word_embeddings: true,
    bos_token_id: bos,
    eos_token_id: bos,
    torch_dtype: 'float32',
  };
}

/** Shapes of the model's tensors by their Hugging Face names. */
function tensorShapes(vocabulary: number): Map<string, { shape: readonly number[] }> {
  const d = dModel;
  const shapes = new Map<string, { shape: readonly number[] }>();
  const pair = (name: string, weight: readonly number[]): void => {
    shapes.set(`${name}.weight`, { shape: weight });
    shapes.set(`${name}.bias`, { shape: [weight.at(-1)!] });
  };
  shapes.set('wte.weight', { shape: [vocabulary, d] });
  shapes.set('wpe.weight', { shape: [context, d] });
  for (let layer = 0; layer < layers; layer++) {
    pair(`h.${layer}.ln_1`, [d]);
    pair(`h.${layer}.attn.c_attn`, [d, 3 * d]);
    pair(`h.${layer}.attn.c_proj`, [d, d]);
    pair(`h.${layer}.ln_2`, [d]);
    pair(`h.${layer}.mlp.c_fc`, [d, 4 * d]);
    pair(`h.${layer}.mlp.c_proj`, [4 * d, d]);
  }
  pair('ln_f', [d]);
  return shapes;
}

/** The demo's architecture as the product reads it. */
export function demoArchitecture(vocabulary: number, bos: number): Architecture {
  return readArchitecture(modelConfig(vocabulary, bos), tensorShapes(vocabulary), 'config.json');
}

/**
 * Normal initialisation: matrices with deviation 1/sqrt(inputs), projections into the residual stream divided by sqrt(2 layers),
 * token embeddings with deviation 0.05; GPT-2's own 0.02 is meant for wider models, at this width attention would start almost
 * uniform. Positions start as sinusoids (Vaswani et al. 2017), in which "the token before" is one rotation for all positions.
 */
export function initialWeights(architecture: Architecture, seed: number): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  for (const [name, shape] of architecture.tensors) {
    const random = new Random(hashText(`weights ${seed} ${name}`));
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (/ln_\w+\.weight$/u.test(name)) data.fill(1);
    else if (name === 'wpe.weight') fillSinusoids(data);
    else if (name.endsWith('.weight')) {
      const deviation = initialDeviation(name, shape[0]!);
      for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
    }
    weights.set(name, data);
  }
  return weights;
}

function initialDeviation(name: string, inputs: number): number {
  if (name === 'wte.weight') return 0.05;
  return 1 / Math.sqrt(inputs * (name.endsWith('c_proj.weight') ? 2 * layers : 1));
}

/** Sines and cosines of amplitude 0.07, wavelengths from 2 pi to the context's length and beyond. */
function fillSinusoids(data: Float32Array): void {
  for (let i = 0; i < data.length; i++) {
    const [position, column] = [Math.floor(i / dModel), i % dModel];
    const angle = position / 1000 ** ((column - (column % 2)) / dModel);
    data[i] = 0.07 * (column % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
  }
}
