import { describe, expect, it } from 'vitest';
import { capitalGraph, graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from './adjacency';
import { pathsBetween } from './paths';

const graph = capitalGraph();
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const at = (id: string): number => graph.nodes.findIndex((node) => node.id === id);
const all = new Uint8Array(graph.nodes.length).fill(1);
const ids = (nodes: readonly number[]): string[] => nodes.map((node) => graph.nodes[node]!.id);

describe('pathsBetween', () => {
  it('finds the path of the greatest product of shares', () => {
    // t > france > paris > out: 3/4 x 5/8 x 4/5; the detour without france has 1/8 x 4/5.
    const { strongest } = pathsBetween(adjacency, all, at('t'), at('out'), 1)!;
    expect(ids(strongest.nodes)).toEqual(['t', 'france', 'paris', 'out']);
    expect(strongest.links).toEqual([0, 4, 6]);
    expect(strongest.strength).toBeCloseTo(0.75 * 0.625 * 0.8, 12);
  });

  it('keeps to nodes that are shown', () => {
    const visible = all.slice();
    visible[at('france')] = 0;
    const { strongest } = pathsBetween(adjacency, visible, at('t'), at('out'), 1)!;
    expect(ids(strongest.nodes)).toEqual(['t', 'paris', 'out']);
    visible[at('paris')] = 0;
    expect(pathsBetween(adjacency, visible, at('t'), at('out'), 1)).toBeNull();
  });

  it('counts its ends as shown', () => {
    const visible = all.slice();
    visible[at('t')] = visible[at('out')] = 0;
    expect(pathsBetween(adjacency, visible, at('t'), at('out'), 1)).not.toBeNull();
  });

  it('gathers what is on paths nearly as strong', () => {
    // 3/4 x 1/10 by france alone is a fifth of the strongest.
    const only = pathsBetween(adjacency, all, at('t'), at('out'), 0.9)!;
    expect(only.links).toEqual([0, 4, 6]);
    const more = pathsBetween(adjacency, all, at('t'), at('out'), 0.19)!;
    expect(ids(more.nodes)).toEqual(['t', 'france', 'paris', 'out']);
    expect(more.links).toEqual([0, 2, 4, 5, 6]);
  });

  it('follows edges only forwards', () => {
    expect(pathsBetween(adjacency, all, at('out'), at('t'), 1)).toBeNull();
    expect(pathsBetween(adjacency, all, at('t'), at('t'), 1)).toBeNull();
  });

  it('ends in a graph with a circle, and uses no edge of weight 0', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((id) => graphNode(id));
    const { links } = graphSnapshot(nodes, [
      ['a', 'b', 1],
      ['b', 'c', 1],
      ['c', 'b', 1],
      ['c', 'd', 0],
    ]);
    const circle = new Adjacency(4, links);
    const shown = new Uint8Array(4).fill(1);
    expect(pathsBetween(circle, shown, 0, 2, 0.01)?.strongest.nodes).toEqual([0, 1, 2]);
    expect(pathsBetween(circle, shown, 0, 3, 0.01)).toBeNull();
  });
});
