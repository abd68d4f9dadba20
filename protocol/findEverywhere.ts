/** Every place in the workspace's text files where a feature fires. */
import { request } from './method';
import type { PartialResults, Range, WorkDone } from './method';
import type { FeatureRef } from './features';

export interface FindEverywhereParams extends WorkDone, PartialResults {
  readonly feature: FeatureRef;
  /** URIs of the files to read, in order: the client lists them, so that it honours the user's excludes. */
  readonly uris: readonly string[];
  /** Places with less activation are left out. */
  readonly minimum: number;
  /** Stop after so many places. */
  readonly limit: number;
}

export interface FeatureHit {
  readonly uri: string;
  readonly range: Range;
  readonly activation: number;
  /** The text around the token on its line (at most some 60 characters on each side), and where in it the token stands. */
  readonly preview: { readonly text: string; readonly start: number; readonly end: number };
}

export interface FindEverywhereResult {
  /** Hits that were not already sent as partial results. */
  readonly hits: readonly FeatureHit[];
  /** True when `limit` was reached with text unread. */
  readonly capped: boolean;
  /** Files that could not be read, each with the reason (deleted meanwhile, binary, too large, not UTF-8). */
  readonly skipped: readonly { readonly uri: string; readonly reason: string }[];
}

/**
 * Client to server. A partial result is a list of hits, appended to the earlier ones; work-done progress counts files.
 * Open documents are read as they stand in the editor.
 */
export const findEverywhere = request<FindEverywhereParams, FindEverywhereResult, readonly FeatureHit[]>(
  'featurescope/findEverywhere',
);
