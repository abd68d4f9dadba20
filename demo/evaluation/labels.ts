import { tagText } from '../corpus/tagText';
import { bestThresholds, measure } from './predictors';
import type { BothReadings, BothRows } from './tagReport';
import { countTags } from './taggedRows';

/** A line of `labels.json`: what a feature stands for, as measured on held-out text. */
export interface MeasuredLabel {
  readonly feature: number;
  readonly label: string;
  readonly tag: string;
  /** The tag is claimed where the activation exceeds this; chosen on training text. */
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A feature whose best tag reaches less F1 on training text stays without a label. */
const lowestF1 = 0.5;

/** The label of every feature of a dictionary that predicts some tag. */
export function measuredLabels(rows: BothRows, { train, heldOut }: BothReadings): MeasuredLabel[] {
  const count = rows.names.length;
  const [trainCounts, heldOutCounts] = [countTags(rows.train, count), countTags(rows.heldOut, count)];
  return train.firings.flatMap((firings, feature) => {
    const candidates = [...bestThresholds(firings, rows.train, trainCounts).values()];
    const best = candidates.sort((a, b) => b.f1 - a.f1 || a.tag - b.tag)[0];
    if (best === undefined || best.f1 < lowestF1) return [];
    const { precision, recall, f1 } = measure(best, heldOut.firings[feature]!, rows.heldOut, heldOutCounts);
    const tag = rows.names[best.tag]!;
    return [
      {
        feature,
        label: tagText(tag),
        tag,
        threshold: rounded(best.threshold),
        precision: rounded(precision),
        recall: rounded(recall),
        f1: rounded(f1),
      },
    ];
  });
}

const rounded = (value: number): number => Number(value.toFixed(4));
