import { describe, expect, it } from 'vitest';
import { cumulativeShares, scoreThreshold } from './shares';

const scores = Float64Array.of(1, 4, 3, 2);

describe('scoreThreshold', () => {
  it.each([
    [0, 4],
    [0.4, 4],
    [0.41, 3],
    [0.7, 3],
    [0.9, 2],
    [0.95, 1],
    [1, -Infinity],
  ])('for a share of %d is the score at which that is reached', (share, least) => {
    expect(scoreThreshold(scores, share)).toBe(least);
  });

  it('is one for equal scores', () => {
    expect(scoreThreshold(Float64Array.of(2, 2, 2, 2), 0.3)).toBe(2);
  });

  it('keeps all where there is no score above 0', () => {
    expect(scoreThreshold(Float64Array.of(0, 0), 0.5)).toBe(-Infinity);
    expect(scoreThreshold(new Float64Array(0), 0.5)).toBe(-Infinity);
  });

  it('reaches every share below 1 whatever rounding does', () => {
    const thirds = new Float64Array(1000).fill(0.1);
    expect(scoreThreshold(thirds, 1 - Number.EPSILON / 2)).toBe(0.1);
  });
});

describe('cumulativeShares', () => {
  it('adds up the scores, strongest first, equal ones in their order', () => {
    expect([...cumulativeShares(scores)]).toEqual([1, 0.4, 0.7, 0.9]);
    expect([...cumulativeShares(Float64Array.of(0, 1, 1))]).toEqual([1, 0.5, 1]);
  });

  it('ends with 1', () => {
    expect(Math.max(...cumulativeShares(new Float64Array(999).fill(0.1)))).toBe(1);
  });

  it('is no number when all scores are 0', () => {
    expect([...cumulativeShares(Float64Array.of(0, 0))]).toEqual([NaN, NaN]);
  });
});
