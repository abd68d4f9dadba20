/** Parts that families share, with TransformerLens hook points. Shapes are [batch, pos, ...] throughout. */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';

/**
 * Layer normalisation with gain and bias (Ba et al., arXiv 1607.06450), hook points `hook_scale` [batch, pos, 1] and
 * `hook_normalized`, which is (x - mean) / scale before the gain, as in TransformerLens 3; neither where `at` is null.
 */
export function layerNorm(
  b: Builder,
  x: Value,
  gain: Value | null,
  bias: Value | null,
  epsilon: number,
  at: string | null,
): Value {
  const centred = b.sub(x, b.mean(x));
  const normalized = divided(b, centred, epsilon, at);
  const scaled = gain ? b.mul(normalized, gain) : normalized;
  return bias ? b.add(scaled, bias) : scaled;
}

/**
 * Root mean square normalisation (Zhang and Sennrich, arXiv 1910.07467) with the same hook points; `hook_normalized` is
 * x / scale before the gain. The gain counts from `offset`: Gemma's is stored less 1.
 */
export function rmsNorm(
  b: Builder,
  x: Value,
  gain: Value | null,
  offset: number,
  epsilon: number,
  at: string | null,
): Value {
  const normalized = divided(b, x, epsilon, at);
  if (!gain) return normalized;
  return b.mul(normalized, offset === 0 ? gain : b.add(gain, b.scalar(offset)));
}

/** x by the root of its mean square over the last axis. */
function divided(b: Builder, x: Value, epsilon: number, at: string | null): Value {
  const scale = b.sqrt(b.add(b.mean(b.square(x)), b.scalar(epsilon)));
  if (at === null) return b.div(x, scale);
  return b.hook(`${at}.hook_normalized`, b.div(x, b.hook(`${at}.hook_scale`, scale)));
}

/** cap * tanh(x / cap); x itself without a cap. */
export function softCapped(b: Builder, x: Value, cap: number | null): Value {
  return cap === null ? x : b.scale(b.tanh(b.scale(x, 1 / cap)), cap);
}

export interface Attention {
  /** [batch, pos, head, dHead] */
  readonly q: Value;
  /** [batch, key, kvHead, dHead]; each is shared by head / kvHead neighbouring heads. */
  readonly k: Value;
  readonly v: Value;
  /** [pos, key]: 0 or -Infinity. */
  readonly mask: Value;
  /** Factor on q k. */
  readonly scale: number;
  /** Bound of the scaled scores, or null. */
  readonly softCap: number | null;
}

/** Softmax attention with `hook_attn_scores` (scaled, capped, masked), `hook_pattern` and `hook_z` [batch, pos, head, dHead]. */
export function attend(b: Builder, { q, k, v, mask, scale, softCap }: Attention, at: string): Value {
  const heads = new SharedHeads(b, q.shape[2] as number, k.shape[2] as number);
  const queries = heads.apart(b.transpose(q, [0, 2, 1, 3]));
  const keys = heads.alone(b.transpose(k, [0, 2, 3, 1]));
  const raw = b.scale(heads.together(b.matmul(queries, keys)), scale);
  const scores = b.hook(`${at}.hook_attn_scores`, b.add(softCapped(b, raw, softCap), mask));
  const pattern = b.hook(`${at}.hook_pattern`, b.softmax(scores));
  const values = heads.alone(b.transpose(v, [0, 2, 1, 3]));
  const z = heads.together(b.matmul(heads.apart(pattern), values));
  return b.hook(`${at}.hook_z`, b.transpose(z, [0, 2, 1, 3]));
}

/** Heads that share keys and values (Ainslie et al., arXiv 2305.13245), as an axis of their own for the products. */
class SharedHeads {
  private readonly shared: boolean;

  constructor(
    private readonly b: Builder,
    private readonly heads: number,
    private readonly kvHeads: number,
  ) {
    this.shared = heads !== kvHeads;
  }

  /** [batch, head, ...] as [batch, kvHead, group, ...] */
  apart(x: Value): Value {
    const [batch, , ...rest] = x.shape;
    if (!this.shared) return x;
    return this.b.reshape(x, [batch!, this.kvHeads, this.heads / this.kvHeads, ...rest]);
  }

  /** [batch, kvHead, ...] as [batch, kvHead, 1, ...] */
  alone(x: Value): Value {
    const [batch, kvHeads, ...rest] = x.shape;
    return this.shared ? this.b.reshape(x, [batch!, kvHeads!, 1, ...rest]) : x;
  }

  /** [batch, kvHead, group, ...] as [batch, head, ...] */
  together(x: Value): Value {
    const [batch, , , ...rest] = x.shape;
    return this.shared ? this.b.reshape(x, [batch!, this.heads, ...rest]) : x;
  }
}

/** [..., kvHead, dHead] repeated to [..., head, dHead], neighbours alike. */
export function repeatHeads(b: Builder, x: Value, heads: number): Value {
  const kvHeads = x.shape.at(-2) as number;
  if (heads === kvHeads) return x;
  const front = x.shape.slice(0, -2);
  const width = x.shape.at(-1)!;
  const alone = b.reshape(x, [...front, kvHeads, 1, width]);
  const group = Array.from({ length: heads / kvHeads }, () => alone);
  return b.reshape(b.concat(group, alone.shape.length - 2), [...front, heads, width]);
}

/** The activation functions of Hugging Face configs, by their names there (transformers, `activations.py`). */
export const activations: Readonly<Record<string, (b: Builder, x: Value) => Value>> = {
  gelu: (b, x) => b.geluErf(x),
  gelu_new: (b, x) => b.geluTanh(x),
  gelu_fast: (b, x) => b.geluTanh(x),
  gelu_pytorch_tanh: (b, x) => b.geluTanh(x),
  quick_gelu: (b, x) => b.mul(x, b.sigmoid(b.scale(x, 1.702))),
  relu: (b, x) => b.relu(x),
  silu: (b, x) => b.mul(x, b.sigmoid(x)),
  swish: (b, x) => b.mul(x, b.sigmoid(x)),
  tanh: (b, x) => b.tanh(x),
};
