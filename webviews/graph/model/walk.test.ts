import { describe, expect, it } from 'vitest';
import { capitalGraph } from '../../../test/support/graphSnapshots';
import { Adjacency } from './adjacency';
import { startNode, step } from './walk';
import type { Ground, Move, Walk } from './walk';

const graph = capitalGraph();
const at = (id: string): number => graph.nodes.findIndex((node) => node.id === id);
const ground = (...hidden: string[]): Ground => ({
  nodes: graph.nodes,
  adjacency: new Adjacency(graph.nodes.length, graph.links),
  visible: Uint8Array.from(graph.nodes, ({ id }) => (hidden.includes(id) ? 0 : 1)),
});
const walk = (from: string, moves: readonly Move[], where = ground()): string | null => {
  let here: Walk | null = { at: at(from), from: null };
  for (const move of moves) here = here && step(where, here, move);
  return here && graph.nodes[here.at]!.id;
};

describe('step', () => {
  it('follows the strongest edge that is shown', () => {
    expect(walk('out', ['input'])).toBe('paris');
    expect(walk('out', ['input', 'input', 'input'])).toBe('t');
    expect(walk('paris', ['input'], ground('france'))).toBe('capital');
    expect(walk('t', ['output'])).toBe('france');
    expect(walk('t', ['input'])).toBeNull();
  });

  it('goes through the other edges of the node one came from', () => {
    expect(walk('paris', ['input', 'next'])).toBe('capital');
    expect(walk('paris', ['input', 'next', 'next'])).toBe('t');
    expect(walk('paris', ['input', 'next', 'next', 'previous'])).toBe('capital');
    expect(walk('paris', ['input', 'previous'])).toBeNull();
  });

  it('goes through the layer when one came by no edge', () => {
    expect(walk('capital', ['next'])).toBe('france');
    expect(walk('capital', ['next', 'next'])).toBe('e');
    expect(walk('e', ['next'])).toBeNull();
  });

  it('climbs to the nearest node of the next layer that is shown', () => {
    expect(walk('t', ['up'])).toBe('france');
    expect(walk('t', ['up', 'up', 'up'])).toBe('out');
    expect(walk('france', ['up'], ground('paris'))).toBe('out');
    expect(walk('out', ['up'])).toBeNull();
    expect(walk('paris', ['down'])).toBe('france');
    expect(walk('capital', ['down'])).toBe('t');
  });

  it('goes to the ends of the layer and of the graph', () => {
    expect(walk('france', ['first'])).toBe('capital');
    expect(walk('capital', ['last'])).toBe('e');
    expect(walk('e', ['top'])).toBe('out');
    expect(walk('out', ['bottom'])).toBe('t');
  });
});

describe('startNode', () => {
  it('is the target, or what stands highest', () => {
    expect(startNode(ground())).toBe(at('out'));
    expect(startNode(ground('out'))).toBe(at('paris'));
    expect(startNode(ground(...graph.nodes.map(({ id }) => id)))).toBeUndefined();
  });
});
