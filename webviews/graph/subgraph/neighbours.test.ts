import { describe, expect, it } from 'vitest';
import { annotationsWith, capitalGraph } from '../../../test/support/graphSnapshots';
import { Adjacency } from '../model/adjacency';
import { pinPath, pinStrongest } from './neighbours';

const graph = capitalGraph();
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const at = (id: string) => graph.nodes.findIndex((node) => node.id === id);

describe('pinStrongest', () => {
  it('pins the strongest inputs that are not there, strongest first', () => {
    const edit = pinStrongest(
      graph,
      annotationsWith({ pinned: ['paris'] }),
      adjacency,
      [at('paris')],
      'inputs',
    );
    expect(edit).toMatchObject({
      what: 'Pin Strongest Inputs',
      annotations: { pinned: ['paris', 'france', 'capital', 't'] },
    });
    expect(pinStrongest(graph, edit!.annotations, adjacency, [at('paris')], 'inputs')).toBeNull();
  });

  it('takes the edges of a group together and leaves out its members', () => {
    const annotations = annotationsWith({
      pinned: ['france', 'paris'],
      groups: [{ name: 'g', members: ['france', 'paris'], collapsed: true }],
    });
    const members = [at('france'), at('paris')];
    const edit = pinStrongest(graph, annotations, adjacency, members, 'inputs');
    expect(edit?.annotations.pinned.slice(2)).toEqual(['t', 'e', 'capital']);
    expect(
      pinStrongest(graph, annotations, adjacency, members, 'outputs')?.annotations.pinned.slice(2),
    ).toEqual(['out']);
  });
});

describe('pinPath', () => {
  it('pins the nodes of a path in its order', () => {
    const path = ['t', 'france', 'paris', 'out'].map(at);
    const edit = pinPath(graph, annotationsWith({ pinned: ['paris'] }), path);
    expect(edit?.annotations.pinned).toEqual(['paris', 't', 'france', 'out']);
    expect(pinPath(graph, edit!.annotations, path)).toBeNull();
  });
});
