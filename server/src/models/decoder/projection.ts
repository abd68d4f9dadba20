/** Writes queries, keys and values from what the attention reads. */
import type { Builder } from '../../graph/builder';
import type { Value } from '../../graph/types';
import type { HeadMaps, Projection } from './decoder';
import type { PartWriter } from './parts';

/** Queries [batch, pos, head, dHead], keys and values [batch, pos, kvHead, dHead]. */
export interface Projected {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
}

/** @param x [batch, pos, dModel] */
export function project(parts: PartWriter, x: Value, projection: Projection): Projected {
  const { b } = parts;
  const { heads, kvHeads, dHead } = parts.dimensions;
  const [queries, keys] = [heads * dHead, kvHeads * dHead];
  const apart = (value: Value, count: number) => b.unflatten(value, [count, dHead]);
  switch (projection.kind) {
    case 'separate':
      return {
        q: apart(parts.linear(x, projection.q, queries), heads),
        k: apart(parts.linear(x, projection.k, keys), kvHeads),
        v: apart(parts.linear(x, projection.v, keys), kvHeads),
      };
    case 'perHead':
      return {
        q: perHead(parts, x, projection.q, heads),
        k: perHead(parts, x, projection.k, kvHeads),
        v: perHead(parts, x, projection.v, kvHeads),
      };
    case 'joint': {
      const whole = parts.linear(x, projection.qkv, queries + 2 * keys);
      const [q, k, v] = b.split(whole, 2, [queries, keys, keys]);
      return { q: apart(q!, heads), k: apart(k!, kvHeads), v: apart(v!, kvHeads) };
    }
    case 'interleaved': {
      const whole = b.unflatten(parts.linear(x, projection.qkv, 3 * queries), [heads, 3 * dHead]);
      const [q, k, v] = b.split(whole, 3, [dHead, dHead, dHead]);
      return { q: q!, k: k!, v: v! };
    }
  }
}

function perHead({ b, dimensions }: PartWriter, x: Value, { weight, bias }: HeadMaps, heads: number): Value {
  const { dModel, dHead } = dimensions;
  const products = b.matmul(asOneHead(b, x), b.weight(weight, [heads, dModel, dHead]));
  const rows = b.transpose(products, [0, 2, 1, 3]);
  return bias === null ? rows : b.add(rows, b.weight(bias, [heads, dHead]));
}

/** [batch, pos, width] as [batch, 1, pos, width] */
function asOneHead(b: Builder, x: Value): Value {
  const [batch, pos, width] = x.shape;
  return b.reshape(x, [batch!, 1, pos!, width!]);
}
