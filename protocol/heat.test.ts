import { describe, expect, it } from 'vitest';
import { activationLevel } from './heat';

describe('activationLevel', () => {
  it.each([
    [0, 10, 0],
    [0.01, 10, 1],
    [2, 10, 1],
    [2.01, 10, 2],
    [10, 10, 5],
    [12, 10, 5],
    [-1, 10, 0],
    [1, 0, 0],
    [Number.NaN, 10, 0],
  ])('of %d on a scale to %d is %d', (activation, max, level) => {
    expect(activationLevel(activation, max)).toBe(level);
  });
});
