import type { Firings } from './sparseFeatures';
import { countTags, type TaggedRows } from './taggedRows';

/** The rule "the tag holds where the feature exceeds the threshold". */
export interface Predictor {
  readonly tag: number;
  readonly threshold: number;
  /** F1 on the rows it was chosen on. */
  readonly f1: number;
}

/** How well a rule predicts its tag. */
export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function quality(truePositives: number, predicted: number, positives: number): Quality {
  return {
    precision: predicted === 0 ? 0 : truePositives / predicted,
    recall: positives === 0 ? 0 : truePositives / positives,
    f1: predicted + positives === 0 ? 0 : (2 * truePositives) / (predicted + positives),
  };
}

/**
 * For every tag the best threshold of one feature, by F1. Thresholds lie between activations that occur.
 * @param positives rows that carry each tag.
 */
export function bestThresholds(
  firings: Firings,
  rows: TaggedRows,
  positives: Int32Array,
): Map<number, Predictor> {
  const order = Array.from(firings.rows.keys()).sort(
    (i, j) => firings.activations[j]! - firings.activations[i]!,
  );
  const hits = new Map<number, number>();
  const best = new Map<number, Predictor>();
  order.forEach((at, rank) => {
    const activation = firings.activations[at]!;
    const next = order[rank + 1];
    const threshold = next === undefined ? 0 : (activation + firings.activations[next]!) / 2;
    for (const tag of rows.tags[firings.rows[at]!]!) {
      const count = (hits.get(tag) ?? 0) + 1;
      hits.set(tag, count);
      const f1 = (2 * count) / (rank + 1 + positives[tag]!);
      if (f1 > (best.get(tag)?.f1 ?? 0)) best.set(tag, { tag, threshold, f1 });
    }
  });
  return best;
}

/** How well a rule that was chosen elsewhere does on these rows. */
export function measure(
  predictor: Predictor,
  firings: Firings,
  rows: TaggedRows,
  positives: Int32Array,
): Quality {
  let predicted = 0;
  let hits = 0;
  firings.rows.forEach((row, i) => {
    if (firings.activations[i]! <= predictor.threshold) return;
    predicted++;
    if (rows.tags[row]!.includes(predictor.tag)) hits++;
  });
  return quality(hits, predicted, positives[predictor.tag]!);
}

/**
 * F1 of the best classifier that sees the token's identity alone, for every tag. It is chosen on the very rows it is measured on, so it is an
 * upper bound: tokens are taken by decreasing share of rows with the tag as long as F1 grows.
 */
export function tokenIdentityF1(rows: TaggedRows, tagCount: number): Float64Array {
  const byId = new Map<number, number>();
  const together = new Map<number, Map<number, number>>();
  rows.ids.forEach((id, row) => {
    byId.set(id, (byId.get(id) ?? 0) + 1);
    for (const tag of rows.tags[row]!) {
      const counts = together.get(tag) ?? new Map<number, number>();
      together.set(tag, counts.set(id, (counts.get(id) ?? 0) + 1));
    }
  });
  const positives = countTags(rows, tagCount);
  return Float64Array.from({ length: tagCount }, (_, tag) =>
    bestIdentities(together.get(tag) ?? new Map<number, number>(), byId, positives[tag]!),
  );
}

function bestIdentities(
  hits: ReadonlyMap<number, number>,
  all: ReadonlyMap<number, number>,
  positives: number,
): number {
  const ids = [...hits.keys()].sort((a, b) => hits.get(b)! / all.get(b)! - hits.get(a)! / all.get(a)!);
  let [best, right, predicted] = [0, 0, 0];
  for (const id of ids) {
    right += hits.get(id)!;
    predicted += all.get(id)!;
    best = Math.max(best, (2 * right) / (predicted + positives));
  }
  return best;
}
