/** Features: how one is named on the wire and what is known of it everywhere it is shown. */

/** Names one feature of one dictionary. */
export interface FeatureRef {
  /** `DictionaryInfo.id`: stable between sessions, so that it may be stored in a file. */
  readonly dictionary: string;
  /** Index of the feature in its dictionary, from 0. */
  readonly index: number;
}

/** A feature's description and how well it was measured to hold. */
export interface FeatureLabel {
  readonly text: string;
  /** `own`: typed by the user in this workspace. `dictionary`: shipped with the dictionary. */
  readonly source: 'own' | 'dictionary';
  /** Share of the active tokens for which the label holds, on held-out text; absent when it was not measured. */
  readonly precision?: number;
  /** Share of the tokens for which the label holds on which the feature is active. */
  readonly recall?: number;
  /** A measured label is claimed only where the activation exceeds this; absent when it was not measured. */
  readonly threshold?: number;
}

/** A feature with its label, as lists show it. */
export interface FeatureSummary {
  readonly feature: FeatureRef;
  readonly label: FeatureLabel | null;
}

/** A feature that is active on a token. */
export interface FeatureActivation extends FeatureSummary {
  /** In the unit of the publisher's own loader, always > 0. */
  readonly activation: number;
}

/** A token of the model's vocabulary. */
export interface TokenText {
  readonly id: number;
  /** The token's own bytes as text, with U+FFFD for bytes that are no character on their own. */
  readonly text: string;
}

/** One string per feature, for maps, files and context values: `dictionary#index`. */
export function featureKey(feature: FeatureRef): string {
  return `${feature.dictionary}#${feature.index}`;
}

/** Inverse of `featureKey`; undefined when the text is not a key. The dictionary's name may itself hold a `#`. */
export function parseFeatureKey(key: string): FeatureRef | undefined {
  const match = /^(.+)#(\d{1,9})$/s.exec(key);
  return match ? { dictionary: match[1]!, index: Number(match[2]) } : undefined;
}

/** Whether both name the same feature. */
export function sameFeature(a: FeatureRef, b: FeatureRef): boolean {
  return a.dictionary === b.dictionary && a.index === b.index;
}

/** Whether an unknown value (a command argument, a webview's message, a file) names a feature. */
export function isFeatureRef(value: unknown): value is FeatureRef {
  if (typeof value !== 'object' || value === null) return false;
  const { dictionary, index } = value as Record<string, unknown>;
  return (
    typeof dictionary === 'string' && dictionary !== '' && Number.isSafeInteger(index) && Number(index) >= 0
  );
}
