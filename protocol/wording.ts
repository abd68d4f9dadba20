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

/** The longest text in a notification, in UTF-16 units. */
const LONGEST = 600;

/** One line without control characters or those that turn the direction of text around. */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\p{Surrogate}]/gu, '\uFFFD');
}

/**
 * Text of files, labels and errors for those places of VS Code that make links of `[text](command:…)` and icons of
 * `$(name)`: one line of at most `most` characters in which both stay what they are, text.
 */
export function plainLine(text: string, most = LONGEST): string {
  const line = oneLine(text)
    .replace(/([\]$])\(/g, '$1 (')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).replace(/\p{Surrogate}$/u, '')}…` : line;
}

/** A token as it can be shown in one line: whitespace made visible. */
export function tokenName(text: string): string {
  if (text === '') return '∅';
  return text.replace(/ /g, '·').replace(/\n/g, '↵').replace(/\r/g, '␍').replace(/\t/g, '⇥');
}
