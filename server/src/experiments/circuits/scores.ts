/** How much of a circuit is explained by features and tokens rather than errors (math.md 7.9). */
import type { GraphScores } from '../../../../protocol/graphs';
import type { Circuit } from './circuit';
import { type CircuitFlow, flowOf } from './influence';

/**
 * Replacement: the tokens' part of the influence that reaches tokens and errors. Completeness: the part of each node's inputs that
 * are no errors, averaged by how much the node counts.
 * @returns null when nothing has influence: logits without weight, or without edges
 */
export function scoreCircuit(circuit: Circuit, flow: CircuitFlow = flowOf(circuit)): GraphScores | null {
  const [tokens, errors] = [influenceOf('token', circuit, flow), influenceOf('error', circuit, flow)];
  if (!(tokens + errors > 0)) return null;
  return { replacement: tokens / (tokens + errors), completeness: completeness(circuit, flow) };
}

function influenceOf(kind: 'token' | 'error', { nodes }: Circuit, { influence }: CircuitFlow): number {
  return nodes.reduce((sum, node, i) => (node.kind === kind ? sum + influence[i]! : sum), 0);
}

function completeness({ nodes }: Circuit, { byTarget, shares, weights, influence }: CircuitFlow): number {
  const { starts, sources } = byTarget;
  let [explained, total] = [0, 0];
  for (let node = 0; node < nodes.length; node++) {
    let errors = 0;
    for (let i = starts[node]!; i < starts[node + 1]!; i++)
      if (nodes[sources[i]!]!.kind === 'error') errors += shares[i]!;
    const counts = influence[node]! + weights[node]!;
    explained += (1 - errors) * counts;
    total += counts;
  }
  return explained / total;
}
