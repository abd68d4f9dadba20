/** Graphs of any size, the same for the same seed. */
import type { GraphNode, GraphSnapshot } from '../../protocol/graphs';

export interface GraphShape {
  readonly nodes: number;
  readonly edges: number;
  readonly layers: number;
  readonly positions: number;
  readonly seed: number;
}

const LOGITS = 10;
const TEXTS = [' the', ' capital', ' of', '\n', ' Texas', ' straightforwardly'];

/** Random features and errors, more of them low and late in the prompt; edges lead upwards and never back. */
export function syntheticGraph({ nodes: count, edges, layers, positions, seed }: GraphShape): GraphSnapshot {
  const random = randomFrom(seed);
  const nodes: GraphNode[] = [];
  const add = (node: Partial<GraphNode> & Pick<GraphNode, 'kind' | 'layer' | 'position'>): void => {
    nodes.push({ ...BLANK, id: `n${nodes.length}`, type: node.kind, ...node });
  };
  for (let position = 0; position < positions; position++) add({ kind: 'token', layer: -1, position });
  for (let i = 0; i < LOGITS; i++) {
    const probability = 0.4 / (i + 1);
    add({
      kind: 'logit',
      layer: layers,
      position: positions - 1,
      label: ` word${i}`,
      probability,
      isTarget: i === 0,
    });
  }
  const rest = count - nodes.length;
  for (let i = 0; i < rest; i++) {
    const layer = Math.floor(layers * random() ** 1.3);
    const position = Math.floor(positions * random() ** 0.6);
    add({
      kind: random() < 0.15 ? 'error' : 'feature',
      layer,
      position,
      label: `feature ${i}`,
      influence: i / rest,
    });
  }
  return {
    id: 1,
    state: 'complete',
    title: 'synthetic',
    model: 'synthetic',
    prompt: '',
    tokens: Array.from({ length: positions }, (_, i) => TEXTS[i % TEXTS.length]!),
    spans: [],
    place: null,
    layers,
    nodes,
    links: linksOf(nodes, edges, random),
    scores: null,
    thresholds: null,
    warnings: [],
    unable: null,
  };
}

const BLANK: Omit<GraphNode, 'id' | 'kind' | 'layer' | 'position' | 'type'> = {
  index: null,
  feature: null,
  label: '',
  labelSource: null,
  activation: 1,
  influence: null,
  probability: null,
  isTarget: false,
};

function linksOf(nodes: readonly GraphNode[], count: number, random: () => number): GraphSnapshot['links'] {
  const [sources, targets, weights]: [number[], number[], number[]] = [[], [], []];
  const known = new Set<number>();
  while (sources.length < count) {
    const [from, to] = [Math.floor(random() * nodes.length), Math.floor(random() * nodes.length)];
    const key = from * nodes.length + to;
    if (known.has(key) || !mayLead(nodes[from]!, nodes[to]!)) continue;
    known.add(key);
    sources.push(from);
    targets.push(to);
    weights.push((random() < 0.3 ? -3 : 3) * random() ** 4);
  }
  return { sources, targets, weights };
}

function mayLead(from: GraphNode, to: GraphNode): boolean {
  return from.layer < to.layer && from.position <= to.position && to.kind !== 'error';
}

/** Numbers from 0 to 1 (Numerical Recipes' linear congruence, modulo 2^32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
