import { describe, expect, it } from 'vitest';
import { pageOf } from './pages';

describe('pageOf', () => {
  it('covers every line once', () => {
    const pages = [0, 1, 2].map((number) => pageOf(101, 50, number));
    expect(pages.map(({ from, to }) => [from, to])).toEqual([
      [0, 50],
      [50, 100],
      [100, 101],
    ]);
    expect(pages.every(({ count }) => count === 3)).toBe(true);
  });

  it('stays within what there is', () => {
    expect(pageOf(10, 50, 4)).toEqual({ from: 0, to: 10, count: 1, number: 0 });
    expect(pageOf(101, 50, -1).number).toBe(0);
    expect(pageOf(0, 50, 0)).toEqual({ from: 0, to: 0, count: 1, number: 0 });
  });
});
