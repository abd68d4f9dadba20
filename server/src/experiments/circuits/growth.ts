/** Which features become nodes where more are active than are wanted: those that count most for the logits so far (math.md 7.7). */
import type { CircuitRows, StoredRow } from './rows';
import { strongest } from './distribution';

/** Sums of magnitudes below this count as this much. */
const LEAST_SUM = 1e-8;

/**
 * The influence of every feature through the rows that are there, [feature]. Rows go from the top layer down: a feature's
 * influence is final once all rows above its layer were passed on, so that one pass is the whole sum.
 */
export function partialInfluence(rows: CircuitRows): Float64Array {
  const { sources, logits } = rows;
  const influence = new Float64Array(sources.layers.length);
  logits.forEach(({ probability }, i) => {
    const row = rows.ofLogits[i];
    if (row) passOn(row, probability, influence);
  });
  const downwards = [...rows.ofFeatures].sort(([a], [b]) => b - a);
  for (const [feature, row] of downwards) passOn(row, influence[feature]!, influence);
  return influence;
}

function passOn({ features, sum }: StoredRow, passed: number, influence: Float64Array): void {
  if (passed === 0) return;
  const scale = passed / Math.max(sum, LEAST_SUM);
  for (let i = 0; i < features.length; i++) influence[i]! += Math.abs(features[i]!) * scale;
}

/** The `count` features of most influence that have no row yet. */
export function nextFeatures(rows: CircuitRows, count: number): number[] {
  const ranks = partialInfluence(rows);
  for (const feature of rows.ofFeatures.keys()) ranks[feature] = -1;
  return strongest(ranks, count).filter((feature) => ranks[feature]! >= 0);
}
