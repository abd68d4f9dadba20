import { describe, expect, it } from 'vitest';
import { capitalGraph } from '../../../test/support/graphSnapshots';
import { Adjacency } from './adjacency';
import { FIRST_SORTING, rowsInSight, sortedBy, sortedNodes } from './table';
import type { Sorting } from './table';

const graph = capitalGraph();
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const sorted = (sorting: Sorting): string[] =>
  sortedNodes(graph.nodes, [...graph.nodes.keys()], adjacency, graph, sorting).map(
    (node) => graph.nodes[node]!.id,
  );

describe('sortedNodes', () => {
  it('begins with the outputs', () => {
    expect(sorted(FIRST_SORTING)).toEqual(['out', 'paris', 'capital', 'france', 'e', 't']);
  });

  it('puts what has no number last, either way', () => {
    expect(sorted({ by: 'activation', descending: true })).toEqual([
      'paris',
      'france',
      'capital',
      't',
      'e',
      'out',
    ]);
    expect(sorted({ by: 'activation', descending: false }).slice(0, 3)).toEqual([
      'capital',
      'france',
      'paris',
    ]);
    expect(sorted({ by: 'activation', descending: false }).slice(3)).toEqual(['t', 'e', 'out']);
  });

  it('puts outputs first by their probability', () => {
    expect(sorted({ by: 'probability', descending: true })[0]).toBe('out');
  });

  it('knows names and numbers of edges', () => {
    expect(sorted({ by: 'name', descending: false })).toEqual([
      'capital',
      't',
      'france',
      'out',
      'paris',
      'e',
    ]);
    expect(sorted({ by: 'inputs', descending: true }).slice(0, 3)).toEqual(['out', 'paris', 'france']);
  });
});

describe('sortedBy', () => {
  it('turns the direction of the same column around', () => {
    expect(sortedBy({ by: 'name', descending: false }, 'name')).toEqual({ by: 'name', descending: true });
    expect(sortedBy(FIRST_SORTING, 'activation')).toEqual({ by: 'activation', descending: true });
    expect(sortedBy(FIRST_SORTING, 'influence')).toEqual({ by: 'influence', descending: false });
  });
});

describe('rowsInSight', () => {
  it('covers what is in sight, with a margin, within the table', () => {
    expect(rowsInSight(1000, 20, 4000, 400)).toEqual({ from: 188, to: 232 });
    expect(rowsInSight(5, 20, 0, 400)).toEqual({ from: 0, to: 5 });
    // The table has become shorter than where it was scrolled to.
    expect(rowsInSight(5, 20, 4000, 400)).toEqual({ from: 5, to: 5 });
  });
});
