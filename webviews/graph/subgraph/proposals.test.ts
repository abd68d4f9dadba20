import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { groupAlike, proposals } from './proposals';

const graph = graphSnapshot(
  [
    graphNode('a', { layer: 1, label: 'Texas' }),
    graphNode('b', { layer: 3, label: ' texas\n', index: 9 }),
    graphNode('c', { layer: 2, label: '', index: 5, position: 1 }),
    graphNode('d', { layer: 2, label: '', index: 5, position: 2 }),
    graphNode('e', { layer: 3, label: '', index: 5, position: 2 }),
    graphNode('f', { layer: 2, label: 'Texas' }),
    graphNode('x', { layer: 2, label: '', index: null, kind: 'error' }),
    graphNode('y', { layer: 2, label: '', index: null, kind: 'error', position: 2 }),
  ],
  [],
);
const pinned = ['a', 'b', 'c', 'd', 'e', 'x', 'y'];

describe('proposals', () => {
  it('finds equal labels and one feature at several positions among what is pinned', () => {
    expect(proposals(graph, { pinned, groups: [] })).toEqual([
      { name: 'Texas', members: ['a', 'b'] },
      { name: 'L2 #5', members: ['c', 'd'] },
    ]);
  });

  it('leaves alone what is in a group', () => {
    const groups = [{ name: 'mine', members: ['a'], collapsed: true }];
    expect(proposals(graph, { pinned, groups }).map(({ name }) => name)).toEqual(['L2 #5']);
  });
});

describe('groupAlike', () => {
  it('makes all groups as one edit, and none where nothing is alike', () => {
    const edit = groupAlike(graph, { ...NO_ANNOTATIONS, pinned });
    expect(edit?.what).toBe('Make 2 Groups');
    expect(edit?.annotations.groups.map(({ members }) => members)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(groupAlike(graph, edit!.annotations)).toBeNull();
  });
});
