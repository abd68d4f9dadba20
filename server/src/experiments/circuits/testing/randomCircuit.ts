/** Circuits for tests: random ones, the same at every call, and such as are written by hand. */
import type { Circuit, CircuitNode, CircuitNodeKind } from '../circuit';

/** Numbers in [0, 1) (a linear congruence), so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A node's kind, with the weight of a logit behind it: `logit 0.7`. */
export type NodeText = CircuitNodeKind | `logit ${number}`;

/** @param edges source, target, weight */
export function circuitOf(
  nodes: readonly NodeText[],
  edges: readonly (readonly [number, number, number])[],
): Circuit {
  return {
    nodes: nodes.map((text): CircuitNode => {
      const [kind, weight] = text.split(' ');
      return { kind: kind as CircuitNodeKind, weight: Number(weight ?? 0) };
    }),
    edges: {
      sources: Uint32Array.from(edges, ([source]) => source),
      targets: Uint32Array.from(edges, ([, target]) => target),
      weights: Float64Array.from(edges, ([, , weight]) => weight),
    },
  };
}

/** Features in layers, errors, tokens and two logits; an edge between any two that may have one with probability `density`. */
export function randomCircuit(seed: number, size: number, density: number): Circuit {
  const random = seeded(seed);
  const kinds: NodeText[] = [
    ...Array.from({ length: size }, () => 'feature' as const),
    ...Array.from({ length: Math.ceil(size / 3) }, () => 'error' as const),
    ...Array.from({ length: 4 }, () => 'token' as const),
    'logit 0.6',
    'logit 0.25',
  ];
  const depth = kinds.map((kind) =>
    kind.startsWith('logit') ? 9 : kind === 'token' ? -1 : Math.floor(random() * 9),
  );
  const edges: [number, number, number][] = [];
  kinds.forEach((targetKind, target) => {
    if (targetKind === 'error' || targetKind === 'token') return;
    kinds.forEach((_, source) => {
      if (depth[source]! < depth[target]! && random() < density) edges.push([source, target, random() - 0.4]);
    });
  });
  return circuitOf(kinds, edges);
}
