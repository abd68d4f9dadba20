/** The words shown for features: at a line's end, in lists and in pickers. Pure. */
import type { FeatureActivation, FeatureLabel, FeatureSummary } from '../../protocol/features';
import type { TokenReading } from '../../protocol/documents';

const MAX_LABEL = 48;

/** A feature's label, or its number when it has none. */
export function featureName({ label, feature }: FeatureSummary): string {
  return label ? label.text : `#${feature.index}`;
}

/** Three significant digits, as activations and logits are shown everywhere. */
export function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
}

/** `P 0.97 · R 0.88`, or nothing when the label was not measured. */
export function measured(label: FeatureLabel | null): string {
  const parts = [
    ...(label?.precision === undefined ? [] : [`P ${label.precision.toFixed(2)}`]),
    ...(label?.recall === undefined ? [] : [`R ${label.recall.toFixed(2)}`]),
  ];
  return parts.join(' · ');
}

/** A token as it can be shown in one line: whitespace made visible, quotes kept out. */
export function tokenName(text: string): string {
  if (text === '') return '∅';
  return text.replace(/ /g, '·').replace(/\n/g, '↵').replace(/\r/g, '␍').replace(/\t/g, '⇥');
}

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
    (feature) => `${shorten(featureName(feature))} ${shortNumber(feature.activation)}`,
  );
  const body = features.length > 0 ? features.join('  ·  ') : 'no active feature';
  return `${tokenName(reading.token.text)} ▸ ${body}`;
}

function shorten(text: string): string {
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…` : text;
}
