/**
 * How much each node of a circuit counts for its logits, directly and through others: infl = w (Â + Â² + ...), with Â the
 * magnitudes of the edges into each target as shares of their sum, and w the weights of the logits (math.md 7.8).
 */
import type { Circuit } from './circuit';

/** Sums of magnitudes below this count as this much (circuit-tracer `graph.py`). */
const LEAST_SUM = 1e-10;
/** Terms of the sum at most, where edges form cycles. */
const MOST_TERMS = 1000;
/** A term of this share of the sum so far ends it, where edges form cycles. */
const NEGLIGIBLE = 1e-15;
/** Edges visited at most for cycles: what circulates for ever has no sum, however long one adds. */
const MOST_VISITS = 1e9;

/** The edges into each node, one node's behind another's. */
export interface EdgesByTarget {
  /** Where each node's edges begin, [nodes + 1]. */
  readonly starts: Uint32Array;
  /** Indices into the circuit's edges, [edge]. */
  readonly edges: Uint32Array;
  /** Source of each, [edge]. */
  readonly sources: Uint32Array;
  /** All nodes, each before those that it has edges from; null when edges form a cycle, as they may in files. */
  readonly order: Uint32Array | null;
}

/** What pruning and scores start from. */
export interface CircuitFlow {
  readonly byTarget: EdgesByTarget;
  /** Of the magnitudes into the target, [edge] in the order of `byTarget`. */
  readonly shares: Float64Array;
  /** Weights of the logits, 0 for others, [node]. */
  readonly weights: Float64Array;
  /** [node] */
  readonly influence: Float64Array;
}

export function flowOf(circuit: Circuit): CircuitFlow {
  const byTarget = edgesByTarget(circuit);
  const shares = edgeShares(byTarget, circuit, null);
  const weights = Float64Array.from(circuit.nodes, ({ kind, weight }) => (kind === 'logit' ? weight : 0));
  return { byTarget, shares, weights, influence: influenceAlong(byTarget, shares, weights) };
}

export function edgesByTarget({ nodes, edges }: Circuit): EdgesByTarget {
  const count = edges.targets.length;
  const starts = new Uint32Array(nodes.length + 1);
  for (let i = 0; i < count; i++) starts[edges.targets[i]! + 1]!++;
  for (let node = 0; node < nodes.length; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const sorted = new Uint32Array(count);
  const sources = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const at = next[edges.targets[i]!]!++;
    sorted[at] = i;
    sources[at] = edges.sources[i]!;
  }
  return { starts, edges: sorted, sources, order: targetsFirst(starts, sources) };
}

/** Nodes in an order in which each stands before its sources, or null when there is none. */
function targetsFirst(starts: Uint32Array, sources: Uint32Array): Uint32Array | null {
  const nodes = starts.length - 1;
  const waiting = new Uint32Array(nodes);
  for (let i = 0; i < sources.length; i++) waiting[sources[i]!]!++;
  const order = new Uint32Array(nodes);
  let found = 0;
  for (let node = 0; node < nodes; node++) if (waiting[node] === 0) order[found++] = node;
  for (let done = 0; done < found; done++) {
    const target = order[done]!;
    for (let i = starts[target]!; i < starts[target + 1]!; i++)
      if (--waiting[sources[i]!]! === 0) order[found++] = sources[i]!;
  }
  return found === nodes ? order : null;
}

/**
 * |weight| of each edge over the sum of those into its target. A weight that is not a number counts as 0.
 * @param kept [node]: edges from or to others count as 0; null when all count
 * @returns [edge] in the order of `byTarget`
 */
export function edgeShares(
  { starts, edges, sources }: EdgesByTarget,
  { edges: { weights } }: Circuit,
  kept: Uint8Array | null,
): Float64Array {
  const shares = new Float64Array(edges.length);
  for (let target = 0; target < starts.length - 1; target++) {
    if (kept?.[target] === 0) continue;
    const [from, to] = [starts[target]!, starts[target + 1]!];
    let sum = 0;
    for (let i = from; i < to; i++) {
      const weight = weights[edges[i]!]!;
      if (kept?.[sources[i]!] === 0 || !Number.isFinite(weight)) continue;
      shares[i] = Math.abs(weight);
      sum += shares[i]!;
    }
    const scale = 1 / Math.max(sum, LEAST_SUM);
    for (let i = from; i < to; i++) shares[i]! *= scale;
  }
  return shares;
}

/** Influence of each node, given the shares of the edges and the weights that influence comes from. */
export function influenceAlong(
  byTarget: EdgesByTarget,
  shares: Float64Array,
  weights: Float64Array,
): Float64Array {
  return byTarget.order === null
    ? summed(byTarget, shares, weights)
    : swept(byTarget, byTarget.order, shares, weights);
}

/** Without cycles a node's influence is final once all its targets were visited. */
function swept(
  { starts, sources }: EdgesByTarget,
  order: Uint32Array,
  shares: Float64Array,
  weights: Float64Array,
): Float64Array {
  const influence = new Float64Array(weights.length);
  for (const target of order) {
    const passed = weights[target]! + influence[target]!;
    if (passed === 0) continue;
    for (let i = starts[target]!; i < starts[target + 1]!; i++)
      influence[sources[i]!]! += shares[i]! * passed;
  }
  return influence;
}

/** With cycles term by term. */
function summed(byTarget: EdgesByTarget, shares: Float64Array, weights: Float64Array): Float64Array {
  const influence = new Float64Array(weights.length);
  const terms = Math.min(MOST_TERMS, Math.ceil(MOST_VISITS / Math.max(1, shares.length)));
  let term = weights;
  let total = 0;
  for (let i = 0; i < terms; i++) {
    term = passedOn(byTarget, shares, term);
    let size = 0;
    for (let node = 0; node < term.length; node++) {
      influence[node]! += term[node]!;
      size += term[node]!;
    }
    total += size;
    if (size <= total * NEGLIGIBLE) break;
  }
  return influence;
}

/** One step from targets to sources. */
function passedOn(
  { starts, sources }: EdgesByTarget,
  shares: Float64Array,
  term: Float64Array,
): Float64Array {
  const next = new Float64Array(term.length);
  for (let target = 0; target < term.length; target++) {
    const passed = term[target]!;
    if (passed === 0) continue;
    for (let i = starts[target]!; i < starts[target + 1]!; i++) next[sources[i]!]! += shares[i]! * passed;
  }
  return next;
}
