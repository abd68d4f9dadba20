import { describe, expect, it } from 'vitest';
import { capitalGraph, graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from './adjacency';

const graph = capitalGraph();
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const at = (id: string): number => graph.nodes.findIndex((node) => node.id === id);

describe('Adjacency', () => {
  it('ranks what goes in by size, with its share of what the node receives', () => {
    expect(adjacency.inputs(at('paris'))).toEqual([
      { link: 4, node: at('france'), weight: 2.5, share: 0.625 },
      { link: 3, node: at('capital'), weight: 1, share: 0.25 },
      { link: 2, node: at('t'), weight: 0.5, share: 0.125 },
    ]);
    expect(adjacency.inputs(at('t'))).toEqual([]);
  });

  it('counts negative weights by their size', () => {
    expect(adjacency.received[at('france')]).toBe(4);
    expect(adjacency.inputs(at('france')).map(({ share }) => share)).toEqual([0.75, 0.25]);
  });

  it('ranks what comes out, shares still those of the targets', () => {
    expect(adjacency.outputs(at('france')).map(({ node, share }) => [node, share])).toEqual([
      [at('paris'), 0.625],
      [at('out'), 0.1],
    ]);
  });

  it('finds the edge between two nodes', () => {
    expect(adjacency.between(at('capital'), at('out'))?.weight).toBe(-0.5);
    expect(adjacency.between(at('out'), at('capital'))).toBeUndefined();
  });

  it('gives no share of nothing', () => {
    const { links } = graphSnapshot([graphNode('a'), graphNode('b')], [['a', 'b', 0]]);
    expect(new Adjacency(2, links).inputs(1)[0]?.share).toBe(0);
  });
});
