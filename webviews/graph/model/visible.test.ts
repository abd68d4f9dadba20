import { describe, expect, it } from 'vitest';
import { capitalGraph, graphNode } from '../../../test/support/graphSnapshots';
import { countShown, firstThreshold, influenceRange, visibleNodes } from './visible';

const graph = capitalGraph();
const shown = (threshold: number, hideErrors = false, pinned: readonly string[] = []): string[] => {
  const visible = visibleNodes(graph.nodes, { threshold, hideErrors }, new Set(pinned));
  return graph.nodes.filter((_, node) => visible[node] === 1).map(({ id }) => id);
};

describe('visibleNodes', () => {
  it('keeps what enters up to the threshold, and all that has no influence of its own', () => {
    expect(shown(0.5)).toEqual(['t', 'france', 'paris', 'out']);
    expect(shown(0.49)).toEqual(['t', 'paris', 'out']);
    expect(shown(1)).toHaveLength(6);
  });

  it('leaves out errors', () => {
    expect(shown(1, true)).not.toContain('e');
  });

  it('keeps what is pinned, errors too', () => {
    expect(shown(0, true, ['e', 'capital'])).toEqual(['t', 'e', 'capital', 'out']);
  });
});

describe('countShown', () => {
  it('counts edges whose two ends are shown', () => {
    const visible = visibleNodes(graph.nodes, { threshold: 0.5, hideErrors: false }, new Set());
    expect(countShown(visible, graph.links)).toEqual({ nodes: 4, edges: 5 });
  });
});

describe('influenceRange', () => {
  it('is where the slider makes a difference', () => {
    expect(influenceRange(graph.nodes)).toEqual({ least: 0.2, most: 0.9 });
    expect(influenceRange([graphNode('a')])).toEqual({ least: 0, most: 1 });
  });
});

describe('firstThreshold', () => {
  it('shows everything of a small graph', () => {
    expect(firstThreshold(graph.nodes)).toBe(1);
  });

  it('shows the most influential 400 of a large one, those that are always shown among them', () => {
    const nodes = Array.from({ length: 1000 }, (_, i) =>
      graphNode(`n${i}`, { influence: i < 50 ? null : i / 1000 }),
    );
    const threshold = firstThreshold(nodes);
    const visible = visibleNodes(nodes, { threshold, hideErrors: false }, new Set());
    expect(visible.reduce((sum, one) => sum + one, 0)).toBe(400);
  });
});
