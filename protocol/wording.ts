/** How features, tokens and numbers are written wherever a user reads them. */
import type { FeatureLabel, FeatureSummary } from './features';

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

/** A token as it can be shown in one line: whitespace made visible. */
export function tokenName(text: string): string {
  if (text === '') return '∅';
  return text.replace(/ /g, '·').replace(/\n/g, '↵').replace(/\r/g, '␍').replace(/\t/g, '⇥');
}
