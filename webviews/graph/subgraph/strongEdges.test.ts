import { describe, expect, it } from 'vitest';
import { strongEdges } from './strongEdges';

const edge = (source: string, target: string, weight: number) => ({ source, target, weight, links: 1 });

describe('strongEdges', () => {
  it('takes all of 1% and more where there are few', () => {
    const edges = [edge('a', 'b', 0.9), edge('a', 'c', -0.02), edge('b', 'c', 0.01), edge('b', 'd', 0.009)];
    expect(strongEdges(edges, 4)).toEqual(edges.slice(0, 3));
  });

  it('takes the strongest of many, and the strongest of each box', () => {
    const between = Array.from({ length: 20 }, (_, i) => edge('a', 'b', 0.9 - 0.01 * i));
    const [lone, second] = [edge('a', 'lone', 0.05), edge('b', 'lone', 0.04)];
    const third = edge('a', 'lone', 0.03);
    expect(strongEdges([...between, lone, second, third], 3)).toEqual([...between.slice(0, 8), lone, second]);
  });
});
