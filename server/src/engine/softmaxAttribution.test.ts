/** Queries and keys through their softmax, in float32 on the runtime, against one softmax a node in float64. */
import { describe, expect, it } from 'vitest';
import { relativeError } from '../../../test/support/closeness';
import { Builder } from '../graph/builder';
import { lower } from '../graph/lower';
import { hookPoints } from '../graph/types';
import { causalMask } from './feeds';
import { compile, type Tensor } from './ort';
import { attentionHooks, keyAttribution, queryAttribution } from './softmaxAttribution';

const [POSITIONS, HEADS, KV_HEADS, WIDTH] = [7, 4, 2, 3] as const;

/** Seeded numbers in (-size, size). */
function numbers(count: number, seed: number, size: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * size;
  });
}

interface Attention {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly otherQ: Float32Array;
  readonly otherK: Float32Array;
  readonly g: Float32Array;
}

function attentionOf(size: number): Attention {
  const [queries, keys] = [POSITIONS * HEADS * WIDTH, POSITIONS * KV_HEADS * WIDTH];
  return {
    q: numbers(queries, 1, size),
    k: numbers(keys, 2, 1),
    otherQ: numbers(queries, 3, size),
    otherK: numbers(keys, 4, 1),
    g: numbers(HEADS * POSITIONS * POSITIONS, 5, 1),
  };
}

/** Both outputs [1, pos, head] and [1, pos, kvHead] of a layer whose query heads share keys two by two. */
async function computed({ q, k, otherQ, otherK, g }: Attention): Promise<Map<string, Tensor>> {
  const b = new Builder();
  const queries = b.hook('blocks.0.attn.hook_q', b.input('q', ['batch', 'pos', HEADS, WIDTH]));
  const keys = b.hook('blocks.0.attn.hook_k', b.input('k', ['batch', 'pos', KV_HEADS, WIDTH]));
  const shared = b.take(keys, b.constant(BigInt64Array.of(0n, 0n, 1n, 1n), [4]), 2);
  const products = b.matmul(b.transpose(queries, [0, 2, 1, 3]), b.transpose(shared, [0, 2, 3, 1]));
  const scores = b.hook('blocks.0.attn.hook_attn_scores', b.add(products, b.input('mask', ['pos', 'pos'])));
  b.hook('blocks.0.attn.hook_pattern', b.softmax(scores));
  const hooks = attentionHooks(hookPoints(b.build()), 0);
  const derivative = b.input('g', ['batch', HEADS, 'pos', 'pos']);
  b.output('q*', queryAttribution(b, hooks, derivative));
  b.output('k*', keyAttribution(b, hooks, derivative));
  const session = await compile(lower(b.build(), () => ({ kind: 'fed' })));
  const heads = (data: Float32Array, count: number) => ({ data, dims: [1, POSITIONS, count, WIDTH] });
  const results = await session.run(
    new Map<string, Tensor>([
      ['q', heads(q, HEADS)],
      ['k', heads(k, KV_HEADS)],
      ['other:blocks.0.attn.hook_q', heads(otherQ, HEADS)],
      ['other:blocks.0.attn.hook_k', heads(otherK, KV_HEADS)],
      ['mask', causalMask(POSITIONS, 0)],
      ['g', { data: g, dims: [1, HEADS, POSITIONS, POSITIONS] }],
    ]),
  );
  await session.release();
  return results;
}

/** What sum(pattern * g) over one row of one head is. */
function rowValue(a: Attention, q: Float32Array, k: Float32Array, head: number, query: number): number {
  const kvHead = Math.floor(head / 2);
  const scores = Array.from({ length: query + 1 }, (_, key) => {
    let score = 0;
    for (let i = 0; i < WIDTH; i++) {
      score += q[(query * HEADS + head) * WIDTH + i]! * k[(key * KV_HEADS + kvHead) * WIDTH + i]!;
    }
    return score;
  });
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((x, y) => x + y, 0);
  const row = (head * POSITIONS + query) * POSITIONS;
  return weights.reduce((sum, weight, key) => sum + (weight / total) * a.g[row + key]!, 0);
}

/** `x` with the vector of one position and head from `other`. */
function replacedAt(x: Float32Array, other: Float32Array, vector: number): Float32Array {
  const copy = Float32Array.from(x);
  copy.set(other.subarray(vector * WIDTH, (vector + 1) * WIDTH), vector * WIDTH);
  return copy;
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

function wantedQueries(a: Attention): number[] {
  return range(POSITIONS).flatMap((position) =>
    range(HEADS).map((head) => {
      const changed = replacedAt(a.q, a.otherQ, position * HEADS + head);
      return rowValue(a, changed, a.k, head, position) - rowValue(a, a.q, a.k, head, position);
    }),
  );
}

function wantedKeys(a: Attention): number[] {
  return range(POSITIONS).flatMap((position) =>
    range(KV_HEADS).map((kvHead) => {
      const changed = replacedAt(a.k, a.otherK, position * KV_HEADS + kvHead);
      return range(POSITIONS).reduce((sum, query) => {
        const heads = [2 * kvHead, 2 * kvHead + 1];
        return heads.reduce(
          (all, head) => all + rowValue(a, a.q, changed, head, query) - rowValue(a, a.q, a.k, head, query),
          sum,
        );
      }, 0);
    }),
  );
}

describe('attribution through the softmax', () => {
  // From nearly even patterns to rows that are 1 and 0 in float32, and scores whose exponentials overflow it.
  it.each([0.3, 3, 60, 1000])('is one softmax a node, queries of size %f', async (size) => {
    const attention = attentionOf(size);
    const results = await computed(attention);
    for (const [name, wanted, heads] of [
      ['q*', wantedQueries(attention), HEADS],
      ['k*', wantedKeys(attention), KV_HEADS],
    ] as const) {
      const { data, dims } = results.get(name)!;
      expect(dims).toEqual([1, POSITIONS, heads]);
      expect(Math.max(...wanted.map(Math.abs)), 'a case that says something').toBeGreaterThan(1e-2);
      expect(relativeError(data as Float32Array, wanted, heads), name).toBeLessThan(1e-3);
    }
  });

  it('is exactly 0 where both runs are the same', async () => {
    const attention = attentionOf(60);
    const { q, k } = attention;
    const results = await computed({ ...attention, otherQ: q, otherK: k });
    for (const { data } of results.values()) expect([...data].every((x) => Number(x) === 0)).toBe(true);
  });

  it('has nothing to say of a position that sees only itself', async () => {
    const { data } = (await computed(attentionOf(60))).get('q*')!;
    expect([...data.slice(0, HEADS)].map(Number)).toEqual([0, 0, 0, 0]);
  });
});
