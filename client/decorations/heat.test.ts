import { describe, expect, it } from 'vitest';
import { focusLevel, scales, surprisalLevel } from './heat';

describe('surprisalLevel', () => {
  it.each([
    [null, 0],
    [0, 0],
    [0.99, 0],
    [1, 1],
    [5.9, 3],
    [9, 5],
    [40, 5],
  ])('of %s nats is %d', (surprisal, level) => {
    expect(surprisalLevel(surprisal)).toBe(level);
  });
});

describe('several features in focus', () => {
  const tokens = [{ activations: [10, 0] }, { activations: [1, 2] }, { activations: [] }];
  it('scales each by its own largest activation and shows the stronger', () => {
    const max = scales(tokens);
    expect(max).toEqual([10, 2]);
    expect(tokens.map(({ activations }) => focusLevel(activations, max))).toEqual([5, 5, 0]);
  });
});
