// Small graphs for tests of the panel.
import { NO_ANNOTATIONS } from '../../protocol/graphs';
import type { GraphAnnotations, GraphNode, GraphSnapshot } from '../../protocol/graphs';

/** A node, a feature when nothing else is said. */
export function graphNode(id: string, given: Partial<GraphNode> = {}): GraphNode {
  return {
    id,
    kind: 'feature',
    layer: 0,
    position: 0,
    index: 0,
    feature: null,
    label: '',
    labelSource: null,
    activation: null,
    influence: null,
    probability: null,
    isTarget: false,
    type: 'cross layer transcoder',
    ...given,
  };
}

/** @param links - source id, target id, weight */
export function graphSnapshot(
  nodes: readonly GraphNode[],
  links: readonly (readonly [string, string, number])[],
  given: Partial<GraphSnapshot> = {},
): GraphSnapshot {
  const at = new Map(nodes.map(({ id }, index) => [id, index]));
  return {
    id: 1,
    state: 'complete',
    title: 'graph',
    model: 'model',
    prompt: '',
    tokens: [],
    spans: [],
    place: null,
    layers: 2,
    nodes,
    links: {
      sources: links.map(([source]) => at.get(source)!),
      targets: links.map(([, target]) => at.get(target)!),
      weights: links.map(([, , weight]) => weight),
    },
    scores: null,
    thresholds: null,
    warnings: [],
    unable: null,
    ...given,
  };
}

/**
 * "The capital of France is": a token and an error feed two features in layer 0 (capital, France), these one in layer 1 (Paris)
 * and all of them the output.
 */
export function capitalGraph(): GraphSnapshot {
  return graphSnapshot(
    [
      graphNode('t', { kind: 'token', layer: -1, position: 3, index: 9, label: '' }),
      graphNode('e', { kind: 'error', position: 3, index: null, influence: 0.9 }),
      graphNode('capital', { position: 1, index: 5, label: 'capital cities', activation: 2, influence: 0.7 }),
      graphNode('france', { position: 3, index: 7, label: 'France', activation: 3.25, influence: 0.5 }),
      graphNode('paris', {
        layer: 1,
        position: 4,
        index: 12,
        label: 'say Paris',
        activation: 4,
        influence: 0.2,
      }),
      graphNode('out', { kind: 'logit', layer: 2, position: 4, index: 77, probability: 0.8, isTarget: true }),
    ],
    [
      ['t', 'france', 3],
      ['e', 'france', -1],
      ['t', 'paris', 0.5],
      ['capital', 'paris', 1],
      ['france', 'paris', 2.5],
      ['france', 'out', 0.5],
      ['paris', 'out', 4],
      ['capital', 'out', -0.5],
    ],
    { tokens: ['The', ' capital', ' of', ' France', ' is'] },
  );
}

export function annotationsWith(given: Partial<GraphAnnotations>): GraphAnnotations {
  return { ...NO_ANNOTATIONS, ...given };
}
