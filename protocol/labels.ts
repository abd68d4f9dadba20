/** The user's own labels, kept by the server in `.featurescope/labels.json` of the workspace. */
import { request } from './method';
import type { FeatureRef, FeatureSummary } from './features';

export interface SetLabelParams {
  readonly feature: FeatureRef;
  /** Null removes the user's own label, and the dictionary's shows again. */
  readonly text: string | null;
}

/** Client to server; answered when the file has been written. Every window is then told by `featurescope/refresh`. */
export const setLabel = request<SetLabelParams, FeatureSummary>('featurescope/setLabel');

/** Client to server: every feature that has a label of the user's own, by dictionary and index. */
export const listLabels = request<null, readonly FeatureSummary[]>('featurescope/listLabels');
