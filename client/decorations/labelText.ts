/** The words shown at a line's end. Pure. */
import type { FeatureActivation } from '../../protocol/features';
import type { TokenReading } from '../../protocol/documents';
import { featureName, plainLine, shortNumber, tokenName } from '../../protocol/wording';

const MAX_LABEL = 48;

/** The strongest features over all dictionaries, each label once, strongest first. */
export function strongest(reading: TokenReading, count: number): FeatureActivation[] {
  const all = reading.dictionaries.flatMap(({ features }) => features);
  const seen = new Set<string>();
  return all
    .sort((a, b) => b.activation - a.activation)
    .filter((feature) => {
      const name = featureName(feature);
      return !seen.has(name) && seen.add(name);
    })
    .slice(0, count);
}

/** The line-end text for a token: `gave  subject of a clause 4.2 · verb of giving 3.1`. */
export function lineEndText(reading: TokenReading, count: number): string {
  const features = strongest(reading, count).map(
    (feature) => `${plainLine(featureName(feature), MAX_LABEL)} ${shortNumber(feature.activation)}`,
  );
  const body = features.length > 0 ? features.join('  ·  ') : 'no active feature';
  return `${plainLine(tokenName(reading.token.text), MAX_LABEL)} ▸ ${body}`;
}
