/** Parts that families share, with TransformerLens hook points. Shapes are [batch, pos, ...] throughout. */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';

/**
 * Layer normalisation with gain and bias (Ba et al., arXiv 1607.06450), hook points `hook_scale` [batch, pos, 1] and
 * `hook_normalized`, which is (x - mean) / scale before the gain, as in TransformerLens 3.
 */
export function layerNorm(
  b: Builder,
  x: Value,
  gain: Value,
  bias: Value,
  epsilon: number,
  at: string,
): Value {
  const centred = b.sub(x, b.mean(x));
  const scale = b.hook(`${at}.hook_scale`, b.sqrt(b.add(b.mean(b.square(centred)), b.scalar(epsilon))));
  const normalized = b.hook(`${at}.hook_normalized`, b.div(centred, scale));
  return b.add(b.mul(normalized, gain), bias);
}

export interface Attention {
  /** [batch, pos, head, dHead] */
  readonly q: Value;
  /** [batch, key, kvHead, dHead] */
  readonly k: Value;
  readonly v: Value;
  /** [pos, key]: 0 or -Infinity. */
  readonly mask: Value;
  /** Factor on q k. */
  readonly scale: number;
}

/** Softmax attention with `hook_attn_scores` (scaled, masked), `hook_pattern` and `hook_z` [batch, pos, head, dHead]. */
export function attend(b: Builder, { q, k, v, mask, scale }: Attention, at: string): Value {
  const queries = b.transpose(q, [0, 2, 1, 3]);
  const keys = b.transpose(k, [0, 2, 3, 1]);
  const raw = b.scale(b.matmul(queries, keys), scale);
  const scores = b.hook(`${at}.hook_attn_scores`, b.add(raw, mask));
  const pattern = b.hook(`${at}.hook_pattern`, b.softmax(scores));
  const z = b.matmul(pattern, b.transpose(v, [0, 2, 1, 3]));
  return b.hook(`${at}.hook_z`, b.transpose(z, [0, 2, 1, 3]));
}

/** Earlier keys and values in front of the new ones, when the run has them. */
export function withPast(b: Builder, name: string, now: Value, past: boolean): Value {
  if (!past) return now;
  const [batch, , heads, width] = now.shape;
  return b.concat([b.input(name, [batch!, 'past', heads!, width!]), now], 1);
}

/** The activation functions of Hugging Face configs, by their names there (transformers, `activations.py`). */
export const activations: Readonly<Record<string, (b: Builder, x: Value) => Value>> = {
  gelu: (b, x) => b.geluErf(x),
  gelu_new: (b, x) => b.geluTanh(x),
  gelu_pytorch_tanh: (b, x) => b.geluTanh(x),
  quick_gelu: (b, x) => b.mul(x, b.sigmoid(b.scale(x, 1.702))),
  relu: (b, x) => b.relu(x),
  silu: (b, x) => b.mul(x, b.sigmoid(x)),
  swish: (b, x) => b.mul(x, b.sigmoid(x)),
  tanh: (b, x) => b.tanh(x),
};
