import { describe, expect, it } from 'vitest';
import { contextAround, FeatureStatistics, type WindowActivations } from './featureStatistics';

function windowOf(activations: number[], from = 1, place = ''): WindowActivations<string> {
  const ids = Int32Array.from(activations.keys());
  return { ids, activations: Float32Array.from(activations), lead: 1, from, to: activations.length, place };
}

describe('FeatureStatistics', () => {
  it('counts what is answered for, and not BOS or the text before', () => {
    const statistics = new FeatureStatistics<string>(5);
    statistics.add(windowOf([9, 0, 2, 0, 4]));
    statistics.add(windowOf([9, 8, 8, 1, 0], 3));
    expect([statistics.tokens, statistics.active, statistics.max]).toEqual([6, 3, 4]);
    const { edges, counts } = statistics.histogram();
    expect(edges.length).toBe(counts.length + 1);
    expect(counts.reduce((a, b) => a + b)).toBe(3);
    expect(counts.at(-1)).toBe(1);
  });

  it('keeps the strongest contexts, one of each window, descending', () => {
    const statistics = new FeatureStatistics<string>(2);
    statistics.add(windowOf([0, 1, 3], 1, 'a'));
    statistics.add(windowOf([0, 5, 4], 1, 'b'));
    statistics.add(windowOf([0, 0, 0], 1, 'c'));
    statistics.add(windowOf([0, 4, 4], 1, 'd'));
    expect(statistics.peaks.map(({ window, index }) => [window.place, index])).toEqual([
      ['b', 1],
      ['d', 1],
    ]);
  });

  it('has no histogram of nothing', () => {
    expect(new FeatureStatistics<string>(2).histogram()).toEqual({ edges: [], counts: [] });
  });

  it('shows tokens around the peak without BOS', () => {
    const activations = Array<number>(100).fill(0);
    activations[3] = 2;
    const context = contextAround({ window: windowOf(activations), index: 3 }, (id) => `t${id}`);
    expect(context.tokens[0]).toBe('t1');
    expect(context.tokens[context.peak]).toBe('t3');
    expect(context.activations[context.peak]).toBe(2);
    expect(context.tokens.length).toBe(15);
  });
});
