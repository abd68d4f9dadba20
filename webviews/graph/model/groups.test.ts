import { expect, it } from 'vitest';
import { annotationsWith, capitalGraph } from '../../../test/support/graphSnapshots';
import { Adjacency } from './adjacency';
import { groupEdges, groupOfKey } from './groups';

const graph = capitalGraph();
const at = (id: string): number => graph.nodes.findIndex((node) => node.id === id);

it('sums the edges of a group, those within it left out', () => {
  const adjacency = new Adjacency(graph.nodes.length, graph.links);
  const members = [at('france'), at('paris')];
  expect(groupEdges(adjacency, members, 'outputs')).toEqual([{ node: at('out'), weight: 4.5 }]);
  expect(groupEdges(adjacency, members, 'inputs')).toEqual([
    { node: at('t'), weight: 3.5 },
    { node: at('e'), weight: -1 },
    { node: at('capital'), weight: 1 },
  ]);
});

it('finds a group by the key of its box', () => {
  const known = annotationsWith({ groups: [{ name: 'a', members: ['x'], collapsed: true }] });
  expect(groupOfKey(known, 'group:a')?.members).toEqual(['x']);
  expect(groupOfKey(known, 'a')).toBeUndefined();
  expect(groupOfKey(known, null)).toBeUndefined();
});
