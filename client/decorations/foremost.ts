/** Which of a token's features are shown first. Pure. */
import type { TokenReading } from '../../protocol/documents';
import { featureKey } from '../../protocol/features';
import type { FeatureActivation } from '../../protocol/features';
import { claimedLabel } from '../../protocol/wording';

interface Rank {
  /** 0: labelled by the user, 1: a measured label holds, 2: neither. */
  readonly group: number;
  /** Within the group, larger first. */
  readonly weight: number;
}

/**
 * The features over all dictionaries of which most can be said, each label once: those with the user's own label, then
 * those whose measured label holds here by activation / threshold, then the rest. Raw activations of different
 * dictionaries are on different scales, so by them alone the loudest dictionary would always come first.
 */
export function foremost(reading: TokenReading, count: number): FeatureActivation[] {
  const ranked = reading.dictionaries
    .flatMap(({ features }) => features)
    .map((feature) => ({ feature, rank: rankOf(feature) }))
    .sort((a, b) => a.rank.group - b.rank.group || descending(a.rank.weight, b.rank.weight));
  const seen = new Set<string>();
  return ranked
    .map(({ feature }) => feature)
    .filter((feature) => {
      const name = claimedLabel(feature)?.text ?? featureKey(feature.feature);
      return !seen.has(name) && seen.add(name);
    })
    .slice(0, count);
}

function rankOf(feature: FeatureActivation): Rank {
  const { activation } = feature;
  const label = claimedLabel(feature);
  if (label?.source === 'own') return { group: 0, weight: activation };
  if (label?.threshold === undefined) return { group: 2, weight: activation };
  return { group: 1, weight: activation / label.threshold };
}

/** By comparison, because a threshold of 0 makes weights infinite. */
function descending(a: number, b: number): number {
  return a > b ? -1 : a < b ? 1 : 0;
}
