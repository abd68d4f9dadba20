import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../protocol/graphs';
import type { GraphNode } from '../../protocol/graphs';
import { graphNode, graphSnapshot } from './testing';
import { swapSourcesOf } from './swapSources';

const feature = (id: string, activation: number | null, index = 7): GraphNode =>
  graphNode({ id, layer: 2, index, feature: { dictionary: 't2', index }, activation });

describe('groups to swap in', () => {
  it('hold the features with their activations and nothing else', () => {
    const nodes = [feature('a', 1.5), feature('b', null), graphNode({ id: 'c', kind: 'error' })];
    const groups = [
      { name: 'Paris', members: ['a', 'b', 'c', 'gone'], collapsed: true },
      { name: 'errors', members: ['c'], collapsed: false },
    ];
    const found = swapSourcesOf(graphSnapshot({ title: 'France', nodes }), { ...NO_ANNOTATIONS, groups });
    expect(found).toEqual([
      { graph: 'France', group: 'Paris', features: [{ layer: 2, index: 7, activation: 1.5 }] },
    ]);
  });

  it('hold no features of a graph whose dictionaries are not loaded', () => {
    const other = { ...feature('a', 1.5), feature: null };
    const groups = [
      { name: 'foreign', members: ['a'], collapsed: true },
      { name: 'both', members: ['a', 'b'], collapsed: true },
    ];
    const graph = graphSnapshot({ nodes: [other, feature('b', 2, 8)] });
    expect(swapSourcesOf(graph, { ...NO_ANNOTATIONS, groups })).toMatchObject([
      { group: 'both', features: [{ layer: 2, index: 8, activation: 2 }] },
    ]);
  });

  it('hold a feature once that is a member at several positions', () => {
    const nodes = [feature('a', 1.5), { ...feature('b', 4), position: 2 }, feature('c', 3, 8)];
    const groups = [{ name: 'Texas', members: ['a', 'b', 'c'], collapsed: true }];
    const [found] = swapSourcesOf(graphSnapshot({ nodes }), { ...NO_ANNOTATIONS, groups });
    expect(found?.features).toEqual([
      { layer: 2, index: 7, activation: 4 },
      { layer: 2, index: 8, activation: 3 },
    ]);
  });
});
