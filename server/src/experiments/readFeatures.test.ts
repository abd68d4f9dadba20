import { describe, expect, it } from 'vitest';
import type { Tensor } from '../engine/ort';
import { activeAt, largestOf, nextToken, rowSurprisal, rowTop } from './readFeatures';

const tensor = (data: number[], ...dims: number[]) => ({ data: Float32Array.from(data), dims });

describe('readFeatures', () => {
  it('moves surprisal from the position that predicts to the token', () => {
    const results = new Map([['surprisal', tensor([1, 2, 3, 4, 5, 6], 2, 3)]]);
    expect([...rowSurprisal(results, 1, 3)]).toEqual([NaN, 4, 5]);
    expect([...rowSurprisal(results, 0, 2)]).toEqual([NaN, 1]);
  });

  it('lists the active features of a token, strongest first', () => {
    const results = new Map<string, Tensor>([
      ['top.d.values', tensor([9, 8, 3, 0, 2, 1, 0, 0], 2, 2, 2)],
      ['top.d.indices', { data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n), dims: [2, 2, 2] }],
      ['active.d', tensor([2, 1, 7, 0], 2, 2)],
    ]);
    const first = rowTop(results, 'd', 0, 2);
    expect(activeAt(first, 0)).toEqual([
      { index: 1, activation: 9 },
      { index: 2, activation: 8 },
    ]);
    expect(activeAt(first, 1)).toEqual([{ index: 3, activation: 3 }]);
    const second = rowTop(results, 'd', 1, 2);
    expect(activeAt(second, 1)).toEqual([]);
    expect([...second.active]).toEqual([7, 0]);
  });

  it('ranks the token that came among the likeliest', () => {
    const logits = Float32Array.from([Math.log(1), Math.log(4), Math.log(3), Math.log(2)]);
    const { rank, surprisal, likeliest } = nextToken(logits, 3, 2);
    expect(rank).toBe(3);
    expect(surprisal).toBeCloseTo(-Math.log(0.2), 6);
    expect(likeliest.map(({ id }) => id)).toEqual([1, 2]);
    expect(likeliest[0]!.probability).toBeCloseTo(0.4, 6);
  });

  it('finds the largest values in order', () => {
    expect(largestOf(Float32Array.from([1, 5, 3, 5, -1]), 3)).toEqual([1, 3, 2]);
    expect(largestOf(Float32Array.from([2, 1]), 5)).toEqual([0, 1]);
  });
});
