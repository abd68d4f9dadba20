/** Graphs for tests. */
import type { GraphNode, GraphSnapshot } from '../../protocol/graphs';

/** A feature node unless told otherwise. */
export function graphNode(changes: Partial<GraphNode>): GraphNode {
  return {
    id: '0_0_0',
    kind: 'feature',
    layer: 0,
    position: 0,
    index: null,
    feature: null,
    label: '',
    labelSource: null,
    activation: null,
    influence: null,
    probability: null,
    isTarget: false,
    type: 'cross layer transcoder',
    ...changes,
  };
}

/** A graph without nodes unless told otherwise. */
export function graphSnapshot(changes: Partial<GraphSnapshot>): GraphSnapshot {
  return {
    id: 1,
    state: 'complete',
    title: 'A graph',
    model: 'demo',
    prompt: '',
    tokens: [],
    spans: [],
    place: null,
    layers: 4,
    nodes: [],
    links: { sources: [], targets: [], weights: [] },
    scores: null,
    thresholds: null,
    warnings: [],
    unable: null,
    ...changes,
  };
}
