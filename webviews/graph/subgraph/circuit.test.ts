import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import type { GraphAnnotations } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from '../model/adjacency';
import { circuitOf } from './circuit';

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
const circuit = (annotations: Partial<GraphAnnotations>) =>
  circuitOf(graph, { ...NO_ANNOTATIONS, ...annotations }, adjacency);
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
});
