import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import type { GraphAnnotations } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from '../model/adjacency';
import { circuitOf, leftWords, MOST_BOXES } from './circuit';

const graph = graphSnapshot(
  [
    graphNode('a', { layer: 0 }),
    graphNode('b', { layer: 1 }),
    graphNode('c', { layer: 2 }),
    graphNode('group:G', { layer: 3 }),
  ],
  [
    ['a', 'b', 1],
    ['b', 'c', 1],
    ['c', 'group:G', 1],
  ],
);
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const circuit = (annotations: Partial<GraphAnnotations>, most = MOST_BOXES) =>
  circuitOf(graph, { ...NO_ANNOTATIONS, ...annotations }, adjacency, most);
const group = (name: string, members: string[], collapsed: boolean) => ({ name, members, collapsed });

describe('circuitOf', () => {
  it('has a box for each pinned node and one for a collapsed group', () => {
    const { boxes, frames, edges } = circuit({
      pinned: ['c', 'a', 'b'],
      groups: [group('both', ['a', 'b'], true)],
    });
    expect(boxes.map(({ id }) => id)).toEqual(['group:both', 'c']);
    expect(boxes[0]!.members).toEqual([0, 1]);
    expect(frames).toEqual([]);
    expect(edges).toEqual([{ source: 'group:both', target: 'c', weight: 1, links: 1 }]);
  });

  it('puts the boxes of an expanded group into a frame, with the edges between them', () => {
    const { boxes, frames, edges } = circuit({ groups: [group('both', ['a', 'b'], false)] });
    expect(boxes.map(({ id, frame }) => [id, frame])).toEqual([
      ['a', 'group:both'],
      ['b', 'group:both'],
    ]);
    expect(frames).toEqual([{ id: 'group:both', group: 'both', boxes: ['a', 'b'] }]);
    expect(edges).toHaveLength(1);
  });

  it('shows a node of two groups once, and keeps boxes of one name apart', () => {
    const { boxes } = circuit({
      pinned: ['group:G'],
      groups: [group('G', ['a', 'b'], true), group('G', ['b', 'c'], true)],
    });
    expect(boxes.map(({ id, members }) => [id, members])).toEqual([
      ['group:G 2', [0, 1]],
      ['group:G 3', [2]],
      ['group:G', [3]],
    ]);
  });

  it('tells of what is not in the graph and draws nothing of it', () => {
    const { boxes, missing } = circuit({
      pinned: ['a', '__proto__'],
      groups: [group('gone', ['x', 'y'], true)],
    });
    expect(boxes.map(({ id }) => id)).toEqual(['a']);
    expect(missing).toEqual(['x', 'y', '__proto__']);
  });

  it('takes as many boxes as it may, groups first, and says how many it leaves out', () => {
    const pinned = ['c', 'a', 'b', 'group:G'];
    const some = circuit({ pinned, groups: [group('one', ['b', 'gone'], true)] }, 2);
    expect(some.boxes.map(({ id }) => id)).toEqual(['group:one', 'c']);
    expect([some.left, some.missing]).toEqual([2, ['gone']]);
    expect(leftWords(some)).toContain('first 2 boxes are drawn, groups first; 2 more are left out');
    const framed = circuit(
      { groups: [group('x', ['a', 'b', 'c'], false), group('y', ['group:G'], true)] },
      2,
    );
    expect(framed.frames).toEqual([{ id: 'group:x', group: 'x', boxes: ['a', 'b'] }]);
    expect(framed.left).toBe(2);
    expect(leftWords(circuit({ pinned }))).toBeNull();
  });

  it('takes more pins than a call takes arguments', () => {
    const ids = Array.from({ length: 200_000 }, (_, i) => `n${i}`);
    const large = graphSnapshot(
      ids.map((id) => graphNode(id)),
      [],
    );
    const annotations = {
      ...NO_ANNOTATIONS,
      pinned: ids,
      groups: [group('half', ids.slice(100_000), false)],
    };
    const { boxes, left } = circuitOf(large, annotations, new Adjacency(ids.length, large.links));
    expect([boxes.length, left]).toEqual([MOST_BOXES, 200_000 - MOST_BOXES]);
  });
});
