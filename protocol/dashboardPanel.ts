/** What the feature dashboard's panel and its host say to each other (over `RpcPeer`), and what survives a reload. */
import { isFeatureRef } from './features';
import type { FeatureRef, FeatureSummary } from './features';
import type { Corpus, FeatureDashboard } from './dashboard';
import type { Range } from './method';

/** What the panel may ask of its host: the allow-list. */
export type DashboardHost = {
  /** Computes the dashboard; parts come as `show` before the answer. A second call supersedes the first. */
  load: (params: { feature: FeatureRef; corpus: Corpus }) => Promise<null>;
  focus: (feature: FeatureRef) => Promise<null>;
  pin: (feature: FeatureRef) => Promise<null>;
  findEverywhere: (feature: FeatureRef) => Promise<null>;
  setLabel: (params: { feature: FeatureRef; text: string | null }) => Promise<FeatureSummary>;
  reveal: (place: { uri: string; range: Range }) => Promise<null>;
  /** Asks for a file name and writes it. */
  save: (file: { name: string; text: string }) => Promise<null>;
};

/** What the host may tell the panel. Always whole snapshots: a hidden panel loses messages. */
export type DashboardView = {
  show: (dashboard: FeatureDashboard) => null;
  /** Labels, dictionaries or the model changed: load again. */
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
