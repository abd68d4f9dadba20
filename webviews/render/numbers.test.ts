import { describe, expect, it } from 'vitest';
import { largest, smallest } from './numbers';

describe('the largest and the smallest of numbers', () => {
  it('are found in more numbers than a call takes', () => {
    const many = Array.from({ length: 300_000 }, (_, i) => (i === 123_456 ? 9 : i === 200_000 ? -3 : i % 7));
    expect([largest(many), smallest(many)]).toEqual([9, -3]);
  });

  it('are what is given where there are none', () => {
    expect([largest([]), smallest([])]).toEqual([-Infinity, Infinity]);
    expect([largest([-5], 0), smallest([5], 0)]).toEqual([0, 0]);
  });
});
