import { describe, expect, it } from 'vitest';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from '../model/adjacency';
import { boxEdges } from './weights';

const nodes = ['a', 'b', 'c', 'd', 'x'].map((id, at) => graphNode(id, { layer: at }));
const graph = graphSnapshot(nodes, [
  ['a', 'c', 2],
  ['b', 'c', -1],
  ['x', 'c', 1],
  ['a', 'd', 3],
  ['c', 'd', 5],
  ['x', 'd', 2],
]);
const adjacency = new Adjacency(nodes.length, graph.links);
const box = (id: string, ...members: number[]) => ({ id, members });
const weightOf = (edges: ReturnType<typeof boxEdges>, source: string, target: string) =>
  edges.find((edge) => edge.source === source && edge.target === target)?.weight;

describe('boxEdges', () => {
  it('is the share of all that a single node receives, with what is not in the circuit', () => {
    const edges = boxEdges([box('A', 0), box('B', 1), box('C', 2)], adjacency);
    expect(weightOf(edges, 'A', 'C')).toBeCloseTo(2 / 4, 12);
    expect(weightOf(edges, 'B', 'C')).toBeCloseTo(-1 / 4, 12);
    expect(edges).toHaveLength(2);
    expect(edges[0]!.source).toBe('A');
  });

  it('leaves out of a group what its members give each other, and weighs members by what comes from outside', () => {
    // out(c) = 4 of 4, out(d) = 5 of 10: shares 2/3 and 1/3.
    const edges = boxEdges([box('A', 0), box('B', 1), box('G', 2, 3)], adjacency);
    expect(weightOf(edges, 'A', 'G')).toBeCloseTo((2 / 4) * (2 / 3) + (3 / 5) * (1 / 3), 12);
    expect(weightOf(edges, 'B', 'G')).toBeCloseTo((-1 / 4) * (2 / 3), 12);
    expect(edges.find(({ source }) => source === 'A')!.links).toBe(2);
    expect(edges.some(({ source, target }) => source === target)).toBe(false);
  });

  it('adds up to one in absolute value where all sources are shown and agree in sign', () => {
    const edges = boxEdges([box('A', 0), box('C', 2), box('D', 3), box('X', 4)], adjacency);
    const into = edges.filter(({ target }) => target === 'D');
    expect(into.reduce((sum, { weight }) => sum + Math.abs(weight), 0)).toBeCloseTo(1, 12);
  });

  it('is nothing into nodes that receive nothing', () => {
    expect(boxEdges([box('A', 0), box('X', 4)], adjacency)).toEqual([]);
  });
});
