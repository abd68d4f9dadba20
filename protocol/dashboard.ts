/** Features by themselves: dashboard, search, and labels for a list of known features. */
import { request } from './method';
import type { PartialResults, Range, WorkDone } from './method';
import type { FeatureRef, FeatureSummary, TokenText } from './features';

/** Which text a dashboard's statistics are over: the demo's held-out text or the text files of the open workspace. */
export type Corpus = 'demo' | 'workspace';

export interface FeatureDashboardParams extends WorkDone, PartialResults {
  readonly feature: FeatureRef;
  readonly corpus: Corpus;
  /** How many contexts, logits of either sign and neighbours at most. */
  readonly top: number;
}

/** The effect of the feature's decoder direction on one token's logit, per unit of activation. */
export interface TokenLogit extends TokenText {
  readonly logit: number;
}

/** Histogram of the activations > 0 over the corpus. */
export interface Histogram {
  /** Ascending, one more than `counts`; bin i is [edges[i], edges[i + 1]), the last bin closed. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** A stretch of text around a strong activation. */
export interface FeatureContext {
  readonly tokens: readonly string[];
  /** Activation on each of `tokens`. */
  readonly activations: readonly number[];
  /** Index of the strongest token in `tokens`. */
  readonly peak: number;
  /** Where it stands, when it is in a file of the workspace. */
  readonly location: { readonly uri: string; readonly range: Range } | null;
}

export interface Neighbour extends FeatureSummary {
  /** Cosine of the two decoder directions. */
  readonly cosine: number;
}

/** What was measured over the corpus so far. */
export interface CorpusStatistics {
  readonly corpus: Corpus;
  /** Tokens read so far; BOS and padding are not counted. */
  readonly tokens: number;
  /** Tokens on which the feature was active. */
  readonly active: number;
  /** Largest activation seen; 0 when there was none. */
  readonly max: number;
  readonly histogram: Histogram;
  /** The strongest, descending by the activation at their peak. */
  readonly contexts: readonly FeatureContext[];
  /** False while the corpus is still being read. */
  readonly complete: boolean;
}

export interface FeatureDashboard extends FeatureSummary {
  readonly dictionary: { readonly name: string; readonly kind: string; readonly hookPoint: string };
  /** Null when the dictionary does not write into the residual stream, so that no direct logits exist. */
  readonly logits: { readonly top: readonly TokenLogit[]; readonly bottom: readonly TokenLogit[] } | null;
  /** Nearest features of the same dictionary, descending by cosine. */
  readonly nearest: readonly Neighbour[];
  /** Null until the first part of the corpus has been read. */
  readonly statistics: CorpusStatistics | null;
}

/** Client to server. Each partial result is the whole dashboard as known so far, and so is the answer. */
export const featureDashboard = request<FeatureDashboardParams, FeatureDashboard, FeatureDashboard>(
  'featurescope/featureDashboard',
);

export interface SearchFeaturesParams {
  /** Words that the label must contain, in any order and case; or `dictionary#index`, or an index alone. */
  readonly query: string;
  readonly limit: number;
}

/** Client to server: features of the loaded dictionaries, best match first. */
export const searchFeatures = request<SearchFeaturesParams, readonly FeatureSummary[]>(
  'featurescope/searchFeatures',
);

export interface DescribeFeaturesParams {
  readonly features: readonly FeatureRef[];
}

/** Client to server: one answer per feature in the same order; a feature of a dictionary not loaded has its own label or none. */
export const describeFeatures = request<DescribeFeaturesParams, readonly FeatureSummary[]>(
  'featurescope/describeFeatures',
);
