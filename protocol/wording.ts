/** How features, tokens and numbers are written wherever a user reads them. */
import type { FeatureActivation, FeatureLabel, FeatureSummary } from './features';

/**
 * The label that may be claimed. A dictionary's was measured only where the activation exceeds its threshold, so at a
 * weaker activation there is none; the user's own always holds, and where no activation is shown so does any.
 */
export function claimedLabel(summary: FeatureSummary | FeatureActivation): FeatureLabel | null {
  const { label } = summary;
  if (label?.source !== 'dictionary' || label.threshold === undefined) return label;
  return 'activation' in summary && summary.activation <= label.threshold ? null : label;
}

/** A feature's label where it may be claimed, or else its number. */
export function featureName(summary: FeatureSummary | FeatureActivation): string {
  return claimedLabel(summary)?.text ?? `#${summary.feature.index}`;
}

/** The dictionary's id without what all hook names share: `2.resid_post` for `blocks.2.hook_resid_post`. */
export function shortDictionary(id: string): string {
  const last = id.split(/[/\\]/).at(-1) ?? '';
  return (last === '' ? id : last).replace(/^blocks\./, '').replace(/\bhook_/, '');
}

/** Three significant digits, as activations and logits are shown everywhere. */
export function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
}

/** `P 0.97`, or nothing when the label was not measured. */
export function precision(label: FeatureLabel | null): string {
  return label?.precision === undefined ? '' : `P ${label.precision.toFixed(2)}`;
}

/** `P 0.97 · R 0.88`, or nothing when the label was not measured. */
export function measured(label: FeatureLabel | null): string {
  const parts = [
    ...(label?.precision === undefined ? [] : [precision(label)]),
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

/** Bytes as whole KiB or MiB, or GiB with one decimal. */
export function byteSize(bytes: number): string {
  const mib = bytes / 2 ** 20;
  if (mib < 1) return `${Math.ceil(bytes / 1024)} KiB`;
  return mib < 1024 ? `${Math.round(mib)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}
