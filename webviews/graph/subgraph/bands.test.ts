import { describe, expect, it } from 'vitest';
import { bandsOf } from './bands';

describe('bandsOf', () => {
  it('gives each layer its own band where there are few', () => {
    expect(bandsOf([5, -1, 3, 5, 12])).toEqual([2, 0, 1, 2, 3]);
  });

  it('joins neighbouring layers where there are many, and keeps tokens and logits apart', () => {
    const layers = [-1, ...Array.from({ length: 26 }, (_, layer) => layer), 26];
    const bands = bandsOf(layers);
    expect(Math.max(...bands)).toBe(7);
    expect(bands.filter((band) => band === 0)).toHaveLength(1);
    expect(bands.filter((band) => band === 7)).toHaveLength(1);
    for (let at = 1; at < bands.length; at++) expect(bands[at]).toBeGreaterThanOrEqual(bands[at - 1]!);
  });

  it('joins first what is closest', () => {
    const bands = bandsOf([-1, 0, 3, 6, 7, 12, 15, 18, 20]);
    expect(bands[3]).toBe(bands[4]);
    expect(new Set(bands).size).toBe(8);
  });

  it('is empty for nothing', () => {
    expect(bandsOf([])).toEqual([]);
  });
});
