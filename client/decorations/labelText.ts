/** The words shown at a line's end. Pure. */
import type { FeatureActivation } from '../../protocol/features';
import type { TokenReading } from '../../protocol/documents';
import {
  claimedLabel,
  featureName,
  plainLine,
  precision,
  shortDictionary,
  shortNumber,
  tokenName,
} from '../../protocol/wording';
import { foremost } from './foremost';

/** UTF-16 units of the whole text: more would drown the line it is about. */
const MOST = 60;
const MOST_TOKEN = 14;
const MOST_DICTIONARY = 20;
const BETWEEN = ' · ';

/**
 * The line-end text for a token, as many of its foremost features as fit: `·gave ▸ verb of giving 3.1 (P 0.91) · 2.attn.z #7 1.2`.
 */
export function lineEndText(reading: TokenReading, count: number): string {
  const [first, ...others] = foremost(reading, count);
  const head = `${plainLine(tokenName(reading.token.text), MOST_TOKEN)} ▸ `;
  if (!first)
    return `${head}${reading.dictionaries.length > 0 ? 'no active feature' : 'no dictionary loaded'}`;
  return others
    .map((feature) => featureText(feature, MOST))
    .reduce(
      (text, other) => {
        const longer = `${text}${BETWEEN}${other}`;
        return longer.length > MOST ? text : longer;
      },
      `${head}${featureText(first, MOST - head.length)}`,
    );
}

/** A feature in at most `most` units: its label may be cut, its numbers not. */
function featureText(feature: FeatureActivation, most: number): string {
  const label = claimedLabel(feature);
  const quality = precision(label);
  const numbers = ` ${shortNumber(feature.activation)}${quality === '' ? '' : ` (${quality})`}`;
  if (label) return `${plainLine(label.text, most - numbers.length)}${numbers}`;
  const dictionary = plainLine(shortDictionary(feature.feature.dictionary), MOST_DICTIONARY);
  return `${dictionary} ${featureName(feature)}${numbers}`;
}
