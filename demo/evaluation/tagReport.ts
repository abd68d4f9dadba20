import type { DictionaryPlan } from '../training/dictionaryPlan';
import { bestThresholds, measure, tokenIdentityF1, type Predictor, type Quality } from './predictors';
import type { DictionaryReading } from './sparseFeatures';
import { countTags, type TaggedRows } from './taggedRows';

/** Training and held-out rows as one dictionary reads them. */
export interface BothReadings {
  readonly plan: DictionaryPlan;
  readonly train: DictionaryReading;
  readonly heldOut: DictionaryReading;
}

/** Rows whose tags are to be predicted, on both sides. */
export interface BothRows {
  readonly names: readonly string[];
  readonly train: TaggedRows;
  readonly heldOut: TaggedRows;
}

/** The feature that predicts a tag best on training text, and how it does on held-out text. */
export interface TagResult {
  readonly tag: string;
  readonly dictionary: string;
  readonly feature: number;
  readonly quality: Quality;
  /** F1 of the best classifier by token identity, on the same held-out rows. */
  readonly identityF1: number;
  /** Held-out rows with the tag. */
  readonly positives: number;
}

/** Tags on fewer held-out rows say too little. */
const fewest = 40;

/** The tags of the corpus with a feature for each, those that hold on the same rows as another left out. */
export function tagResults(rows: BothRows, readings: readonly BothReadings[]): TagResult[] {
  const count = rows.names.length;
  const [trainCounts, heldOutCounts] = [countTags(rows.train, count), countTags(rows.heldOut, count)];
  const identity = tokenIdentityF1(rows.heldOut, count);
  const best = bestFeatures(rows, readings, trainCounts);
  return distinctTags(rows)
    .filter((tag) => heldOutCounts[tag]! >= fewest && best.has(tag))
    .map((tag) => {
      const { reading, feature, predictor } = best.get(tag)!;
      return {
        tag: rows.names[tag]!,
        dictionary: reading.plan.name,
        feature,
        quality: measure(predictor, reading.heldOut.firings[feature]!, rows.heldOut, heldOutCounts),
        identityF1: identity[tag]!,
        positives: heldOutCounts[tag]!,
      };
    })
    .sort((a, b) => b.quality.f1 - a.quality.f1);
}

interface Found {
  readonly reading: BothReadings;
  readonly feature: number;
  readonly predictor: Predictor;
}

function bestFeatures(
  rows: BothRows,
  readings: readonly BothReadings[],
  counts: Int32Array,
): Map<number, Found> {
  const best = new Map<number, Found>();
  for (const reading of readings) {
    reading.train.firings.forEach((firings, feature) => {
      for (const [tag, predictor] of bestThresholds(firings, rows.train, counts)) {
        if (predictor.f1 > (best.get(tag)?.predictor.f1 ?? 0)) best.set(tag, { reading, feature, predictor });
      }
    });
  }
  return best;
}

/** Tags of the corpus (not of tokens), one for each set of held-out rows. */
function distinctTags({ names, heldOut }: BothRows): number[] {
  const signatures = names.map(() => [0, 0]);
  heldOut.tags.forEach((tags, row) => {
    for (const tag of tags) {
      const signature = signatures[tag]!;
      signature[0] = signature[0]! + 1;
      signature[1] = (signature[1]! * 31 + row) % 2147483647;
    }
  });
  const seen = new Set<string>();
  return names.flatMap((name, tag) => {
    const signature = signatures[tag]!.join();
    if (name.includes('token:') || seen.has(signature)) return [];
    seen.add(signature);
    return [tag];
  });
}
