/** What the feature dashboard's panel and its host say to each other (over `RpcPeer`), and what survives a reload. */
import { isFeatureRef } from './features';
import type { FeatureRef, FeatureSummary } from './features';
import type { Corpus, FeatureDashboard } from './dashboard';
import type { Range } from './method';

/** What the panel may ask of its host: the allow-list. */
export type DashboardHost = {
  /** First of all: which feature this panel is about. */
  start: (params: null) => Promise<DashboardState>;
  /** Computes the dashboard; parts come as `show` before the answer. A second call supersedes the first. */
  load: (params: { readonly corpus: Corpus }) => Promise<FeatureDashboard>;
  /** Opens another feature's dashboard. */
  open: (feature: FeatureRef) => Promise<null>;
  focus: (feature: FeatureRef) => Promise<null>;
  pin: (feature: FeatureRef) => Promise<null>;
  findEverywhere: (feature: FeatureRef) => Promise<null>;
  /** Goes on with the text before the cursor, steered. */
  steer: (feature: FeatureRef) => Promise<null>;
  /** Null gives back the dictionary's label. */
  setLabel: (params: {
    readonly feature: FeatureRef;
    readonly text: string | null;
  }) => Promise<FeatureSummary>;
  /** Shows a place of the workspace in an editor. */
  reveal: (place: { readonly uri: string; readonly range: Range }) => Promise<null>;
  /** Asks for a file name and writes it. */
  save: (file: { readonly name: string; readonly text: string }) => Promise<null>;
};

/** What the host may tell the panel. Always whole snapshots: a hidden panel loses messages. */
export type DashboardView = {
  show: (dashboard: FeatureDashboard) => null;
  /** Only labels changed: this is the feature's now. */
  relabel: (summary: FeatureSummary) => null;
  /** Dictionaries, the model or a setting changed: load again. */
  reload: (params: null) => null;
};

/** Kept with `setState` and handed back after a reload; never the data itself, which would go stale. */
export interface DashboardState {
  readonly version: 1;
  readonly feature: FeatureRef;
  readonly corpus: Corpus;
  /** Whether the histogram's table twin is shown instead of the drawing. */
  readonly table: boolean;
}

/** Reads a stored state; undefined when it is from another version or broken. */
export function readDashboardState(value: unknown): DashboardState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, feature, corpus, table } = value as Record<string, unknown>;
  if (version !== 1 || !isFeatureRef(feature)) return undefined;
  return { version, feature, corpus: corpus === 'workspace' ? 'workspace' : 'demo', table: table === true };
}
