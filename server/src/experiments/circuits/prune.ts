/** What of a circuit is worth showing: nodes and edges by their shares of the influence (math.md 7.8, neuronpedia.md 4.3). */
import type { GraphThresholds } from '../../../../protocol/graphs';
import type { Circuit, CircuitNodeKind, Pruned } from './circuit';
import { type CircuitFlow, edgeShares, type EdgesByTarget, flowOf, influenceAlong } from './influence';
import { cumulativeShares, scoreThreshold } from './shares';

/** Tokens and logits stay whatever becomes of their edges. */
const NEEDS_TARGET: ReadonlySet<CircuitNodeKind> = new Set(['feature', 'error']);
const NEEDS_SOURCE: ReadonlySet<CircuitNodeKind> = new Set(['feature']);

/**
 * Keeps the nodes that hold a share of the influence, tokens and logits, then of the edges between them those that hold a share
 * of their scores; features and errors without an edge to a kept node, and features without an edge from one, go until that is stable.
 * `entersAt` is NaN for all nodes when none has influence (logits without weight).
 */
export function pruneCircuit(
  circuit: Circuit,
  thresholds: GraphThresholds,
  flow: CircuitFlow = flowOf(circuit),
): Pruned {
  const keptNodes = strongNodes(circuit, flow.influence, thresholds.node);
  const keptEdges = strongEdges(circuit, flow, keptNodes, thresholds.edge);
  dropLoose(circuit, flow.byTarget, keptNodes, keptEdges);
  const entersAt = cumulativeShares(flow.influence);
  circuit.nodes.forEach(({ kind }, node) => {
    if (kind === 'logit') entersAt[node] = NaN;
  });
  return { keptNodes, keptEdges, entersAt };
}

function strongNodes({ nodes }: Circuit, influence: Float64Array, share: number): Uint8Array {
  const least = scoreThreshold(influence, share);
  return Uint8Array.from(nodes, ({ kind }, node) =>
    kind === 'token' || kind === 'logit' || influence[node]! >= least ? 1 : 0,
  );
}

/** An edge's score is its share of what enters its target, times the target's influence, both among kept nodes. */
function strongEdges(
  circuit: Circuit,
  { byTarget, weights }: CircuitFlow,
  keptNodes: Uint8Array,
  share: number,
): Uint8Array {
  const { starts, edges, sources } = byTarget;
  const scores = edgeShares(byTarget, circuit, keptNodes);
  const influence = influenceAlong(byTarget, scores, weights);
  for (let target = 0; target < keptNodes.length; target++) {
    const passed = influence[target]! + weights[target]!;
    for (let i = starts[target]!; i < starts[target + 1]!; i++) scores[i]! *= passed;
  }
  const least = scoreThreshold(scores, share);
  const kept = new Uint8Array(edges.length);
  for (let target = 0; target < keptNodes.length; target++) {
    if (keptNodes[target] === 0) continue;
    for (let i = starts[target]!; i < starts[target + 1]!; i++)
      if (keptNodes[sources[i]!] === 1 && scores[i]! >= least) kept[edges[i]!] = 1;
  }
  return kept;
}

/** Takes away nodes that hang in the air, with their edges, and those that hang in the air then. */
function dropLoose(
  { nodes, edges }: Circuit,
  byTarget: EdgesByTarget,
  keptNodes: Uint8Array,
  keptEdges: Uint8Array,
): void {
  const bySource = edgesBySource(byTarget);
  const [ins, outs] = [new Uint32Array(nodes.length), new Uint32Array(nodes.length)];
  for (let i = 0; i < keptEdges.length; i++) {
    ins[edges.targets[i]!]! += keptEdges[i]!;
    outs[edges.sources[i]!]! += keptEdges[i]!;
  }
  const isLoose = (node: number) =>
    keptNodes[node] === 1 &&
    ((outs[node] === 0 && NEEDS_TARGET.has(nodes[node]!.kind)) ||
      (ins[node] === 0 && NEEDS_SOURCE.has(nodes[node]!.kind)));
  const loose: number[] = [];
  const drop = (node: number) => {
    if (!isLoose(node)) return;
    keptNodes[node] = 0;
    loose.push(node);
  };
  for (let node = 0; node < nodes.length; node++) drop(node);
  for (let node = loose.pop(); node !== undefined; node = loose.pop()) {
    for (const side of [byTarget, bySource])
      for (let i = side.starts[node]!; i < side.starts[node + 1]!; i++) {
        const edge = side.edges[i]!;
        if (keptEdges[edge] === 0) continue;
        keptEdges[edge] = 0;
        ins[edges.targets[edge]!]!--;
        outs[edges.sources[edge]!]!--;
        drop(edges.sources[edge]!);
        drop(edges.targets[edge]!);
      }
  }
}

/** The edges out of each node, one node's behind another's. */
function edgesBySource({ starts, edges, sources }: EdgesByTarget): Pick<EdgesByTarget, 'starts' | 'edges'> {
  const begins = new Uint32Array(starts.length);
  for (let i = 0; i < sources.length; i++) begins[sources[i]! + 1]!++;
  for (let node = 1; node < begins.length; node++) begins[node]! += begins[node - 1]!;
  const next = begins.slice();
  const sorted = new Uint32Array(edges.length);
  for (let i = 0; i < sources.length; i++) sorted[next[sources[i]!]!++] = edges[i]!;
  return { starts: begins, edges: sorted };
}
