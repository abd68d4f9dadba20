/** Small graphs for tests of drawing. */
import type { GraphNode } from '../../../protocol/graphs';
import type { GraphScene } from '../graphScene';
import type { Theme } from '../scene';

export const theme: Theme = {
  kind: 'dark',
  background: '#000000',
  foreground: '#ffffff',
  muted: '#999999',
  border: '#333333',
  focus: '#0090f1',
  font: { family: 'sans-serif', size: 13 },
  codeFont: { family: 'monospace', size: 12 },
};

/** Seven units a character. */
export const measure = (text: string): number => 7 * text.length;

export function node(
  kind: GraphNode['kind'],
  layer: number,
  position: number,
  more: Partial<GraphNode> = {},
): GraphNode {
  const blank = {
    index: null,
    feature: null,
    label: '',
    labelSource: null,
    activation: null,
    influence: null,
  };
  const id = `${kind}${layer}_${position}_${more.influence ?? ''}`;
  return { id, kind, layer, position, ...blank, probability: null, isTarget: false, type: kind, ...more };
}

/** @param links - source, target and weight of each */
export function scene(
  nodes: readonly GraphNode[],
  links: readonly (readonly [number, number, number])[] = [],
  more: Partial<GraphScene> = {},
): GraphScene {
  const positions = Math.max(...nodes.map(({ position }) => position)) + 1;
  return {
    nodes,
    links: {
      sources: links.map(([source]) => source),
      targets: links.map(([, target]) => target),
      weights: links.map(([, , weight]) => weight),
    },
    visible: nodes.map((_, i) => i),
    edges: Uint32Array.from(links.keys()),
    shares: Float32Array.from(links, () => 0.5),
    layers: 3,
    tokens: Array.from({ length: positions }, (_, i) => `t${i}`),
    logits: new Map(),
    labels: new Map(),
    ...more,
  };
}
