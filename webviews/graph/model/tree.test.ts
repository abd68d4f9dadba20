import { describe, expect, it } from 'vitest';
import { capitalGraph, graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from './adjacency';
import { FIRST_BRANCHES, parentOf, treeRows } from './tree';
import type { TreeRow } from './tree';
import type { Ground } from './walk';

const graph = capitalGraph();
const at = (id: string): number => graph.nodes.findIndex((node) => node.id === id);
const ground: Ground = {
  nodes: graph.nodes,
  adjacency: new Adjacency(graph.nodes.length, graph.links),
  visible: new Uint8Array(graph.nodes.length).fill(1),
};
const NOTHING = { open: new Set<string>(), whole: new Set<string>() };
const written = (rows: readonly TreeRow[], { nodes } = graph): string[] =>
  rows.map(
    (row) => `${' '.repeat(row.depth - 1)}${row.kind === 'node' ? nodes[row.node]!.id : `+${row.count}`}`,
  );

describe('treeRows', () => {
  it('shows the inputs of the root', () => {
    const rows = treeRows(ground, at('out'), NOTHING);
    expect(written(rows)).toEqual(['out', ' paris', ' capital', ' france']);
    expect(rows[1]).toMatchObject({ key: '/6', place: 1, siblings: 3, inputs: 3, open: false });
    expect(rows[1]?.kind === 'node' && rows[1].edge?.weight).toBe(4);
  });

  it('shows the same node wherever it goes in, unfolded each by itself', () => {
    const rows = treeRows(ground, at('out'), { ...NOTHING, open: new Set(['/6', '/6/4']) });
    expect(written(rows)).toEqual([
      'out',
      ' paris',
      '  france',
      '   t',
      '   e',
      '  capital',
      '  t',
      ' capital',
      ' france',
    ]);
    expect(parentOf(rows, '/6/4/0')).toMatchObject({ key: '/6/4' });
    expect(parentOf(rows, '')).toBeUndefined();
  });

  it('leaves out what is hidden', () => {
    const visible = ground.visible.with(at('paris'), 0);
    expect(written(treeRows({ ...ground, visible }, at('out'), NOTHING))).toEqual([
      'out',
      ' capital',
      ' france',
    ]);
  });

  it('keeps many inputs behind one row, until asked', () => {
    const nodes = Array.from({ length: 21 }, (_, i) => graphNode(`n${i}`));
    const wide = graphSnapshot(
      nodes,
      nodes.slice(1).map(({ id }, i) => [id, 'n0', 20 - i] as const),
    );
    const all: Ground = {
      nodes,
      adjacency: new Adjacency(21, wide.links),
      visible: new Uint8Array(21).fill(1),
    };
    const rows = treeRows(all, 0, NOTHING);
    expect(rows).toHaveLength(1 + FIRST_BRANCHES + 1);
    expect(rows.at(-1)).toMatchObject({
      kind: 'more',
      of: '',
      count: 20 - FIRST_BRANCHES,
      siblings: FIRST_BRANCHES + 1,
    });
    expect(treeRows(all, 0, { ...NOTHING, whole: new Set(['']) })).toHaveLength(21);
  });

  it('does not run in circles', () => {
    const nodes = [graphNode('a'), graphNode('b')];
    const { links } = graphSnapshot(nodes, [
      ['a', 'b', 1],
      ['b', 'a', 1],
    ]);
    const circle: Ground = { nodes, adjacency: new Adjacency(2, links), visible: new Uint8Array([1, 1]) };
    expect(treeRows(circle, 0, NOTHING)).toHaveLength(2);
  });
});
