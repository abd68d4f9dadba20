/** The formulas of math.md 7.8 and 7.9 on a dense matrix, written as they are printed: what the sparse ones are held against. */
import type { Circuit, CircuitNodeKind } from '../circuit';

type Matrix = readonly (readonly number[])[];

export interface DensePruned {
  readonly keptNodes: readonly boolean[];
  /** [target, source] */
  readonly keptEdges: readonly (readonly boolean[])[];
}

/** A[target][source]; several edges between two nodes are not meant. */
export function denseMatrix({ nodes, edges }: Circuit): number[][] {
  const matrix = nodes.map(() => nodes.map(() => 0));
  edges.targets.forEach((target, i) => {
    matrix[target]![edges.sources[i]!] = edges.weights[i]!;
  });
  return matrix;
}

export function normalised(matrix: Matrix): number[][] {
  return matrix.map((row) => {
    const sum = row.reduce((total, value) => total + Math.abs(value), 0);
    return row.map((value) => Math.abs(value) / Math.max(sum, 1e-10));
  });
}

/** w A + w A A + ... */
export function denseInfluence(shares: Matrix, weights: readonly number[]): number[] {
  const step = (row: readonly number[]) =>
    row.map((_, source) => row.reduce((sum, value, target) => sum + value * shares[target]![source]!, 0));
  let term = step(weights);
  let sum = term;
  for (let i = 1; i < 1000 && term.some((value) => value > 0); i++) {
    term = step(term);
    sum = sum.map((value, node) => value + term[node]!);
  }
  return sum;
}

function threshold(scores: readonly number[], share: number): number {
  const sorted = scores.toSorted((a, b) => b - a);
  const total = sorted.reduce((a, b) => a + b, 0);
  let cumulative = 0;
  return sorted.find((score) => (cumulative += score) / total >= share) ?? sorted.at(-1)!;
}

export function logitWeights({ nodes }: Circuit): number[] {
  return nodes.map(({ weight }) => weight);
}

export function densePrune(circuit: Circuit, node: number, edge: number): DensePruned {
  const { nodes } = circuit;
  const is = (i: number, ...kinds: CircuitNodeKind[]) => kinds.includes(nodes[i]!.kind);
  const matrix = denseMatrix(circuit);
  const weights = logitWeights(circuit);
  const influence = denseInfluence(normalised(matrix), weights);
  const least = threshold(influence, node);
  const keptNodes = influence.map((value, i) => value >= least || is(i, 'token', 'logit'));
  const pruned = matrix.map((row, t) => row.map((value, s) => (keptNodes[t]! && keptNodes[s]! ? value : 0)));
  const shares = normalised(pruned);
  const passed = denseInfluence(shares, weights).map((value, i) => value + weights[i]!);
  const scores = shares.map((row, t) => row.map((value) => value * passed[t]!));
  const leastScore = threshold(scores.flat(), edge);
  const keptEdges = scores.map((row, t) => row.map((score, s) => pruned[t]![s] !== 0 && score >= leastScore));
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (let i = 0; i < nodes.length; i++) {
      const hasTarget = keptEdges.some((row) => row[i]);
      const hasSource = keptEdges[i]!.some(Boolean);
      const stays = (hasTarget || !is(i, 'feature', 'error')) && (hasSource || !is(i, 'feature'));
      if (!keptNodes[i] || stays) continue;
      isStable = false;
      keptNodes[i] = false;
      keptEdges[i]!.fill(false);
      for (const row of keptEdges) row[i] = false;
    }
  }
  return { keptNodes, keptEdges };
}

export function denseScores(circuit: Circuit): { replacement: number; completeness: number } {
  const shares = normalised(denseMatrix(circuit));
  const weights = logitWeights(circuit);
  const influence = denseInfluence(shares, weights);
  const sumOver = (row: readonly number[], kind: CircuitNodeKind) =>
    row.reduce((sum, value, i) => sum + (circuit.nodes[i]!.kind === kind ? value : 0), 0);
  const counts = influence.map((value, i) => value + weights[i]!);
  const explained = counts.map((count, i) => count * (1 - sumOver(shares[i]!, 'error')));
  const [tokens, errors] = [sumOver(influence, 'token'), sumOver(influence, 'error')];
  const total = (row: readonly number[]) => row.reduce((a, b) => a + b, 0);
  return { replacement: tokens / (tokens + errors), completeness: total(explained) / total(counts) };
}
