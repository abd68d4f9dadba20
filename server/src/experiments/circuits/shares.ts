/** Shares of a sum, strongest first (math.md 7.8, circuit-tracer `graph.py`). */

/**
 * The score from which on scores are kept so that they hold a share of the sum: the first of the scores, strongest first, at
 * which the cumulative share reaches `share`. Equal scores are kept or dropped together.
 * @returns -Infinity where all are kept: a share of 1 or more, or no score above 0
 */
export function scoreThreshold(scores: Float64Array, share: number): number {
  if (share >= 1) return -Infinity;
  const ascending = scores.slice().sort();
  const total = summed(ascending);
  if (!(total > 0)) return -Infinity;
  let cumulative = 0;
  for (let i = ascending.length - 1; i > 0; i--) {
    cumulative += ascending[i]!;
    if (cumulative / total >= share) return ascending[i]!;
  }
  return ascending[0]!;
}

/** Added up in the order of the thresholds, so that the last cumulative share is 1. */
function summed(ascending: Float64Array): number {
  let total = 0;
  for (let i = ascending.length - 1; i >= 0; i--) total += ascending[i]!;
  return total;
}

/** The cumulative share at which each score enters, strongest first, equal ones in their order; NaN when all are 0. */
export function cumulativeShares(scores: Float64Array): Float64Array {
  const descending = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  let total = 0;
  for (const i of descending) total += scores[i]!;
  const shares = new Float64Array(scores.length);
  let cumulative = 0;
  for (const i of descending) {
    cumulative += scores[i]!;
    shares[i] = cumulative / total;
  }
  return shares;
}
