/**
 * What the model sees in an open document. A document that is open at the server (`textDocument/didOpen`) is one the
 * user wants analysed: the client opens it there when it is enabled and closes it there when it is disabled. Experiment files
 * are the exception (`experimentLanguage.ts`).
 *
 * The client pulls. It asks for the visible spans first, has at most one `tokenFeatures` request in flight per
 * document and cancels it when an edit, a scroll or another focus supersedes it. The server keeps what it computed,
 * so after an edit a pull costs only what the edit can change.
 */
import { notification, request } from './method';
import type { PartialResults, Position, Range, Span, VersionedDocument, WorkDone } from './method';
import type { FeatureActivation, FeatureRef, TokenText } from './features';

export interface TokenFeaturesParams extends PartialResults, WorkDone {
  readonly textDocument: VersionedDocument;
  /** What to answer for, most wanted first. The server may round outwards to whole tokens. */
  readonly spans: readonly Span[];
  /** The focused features, whose activations are wanted for every token. */
  readonly features: readonly FeatureRef[];
}

/**
 * Consecutive tokens of a document, as columns of equal length. A chunk replaces all that was known of its span.
 * The tokens' spans are ascending, do not overlap and may be empty (a fragment of a character).
 */
export interface TokenChunk {
  readonly span: Span;
  /** UTF-16 offset at which each token starts. */
  readonly start: readonly number[];
  /** UTF-16 offset at which each token ends. */
  readonly end: readonly number[];
  /** -ln p(token | the tokens before it in its window), in nats; null where the model predicts nothing (no token before). */
  readonly surprisal: readonly (number | null)[];
  /**
   * One row per requested feature, in the order of `features`: its activation on each token, 0 when it is off. The row is
   * empty when the feature's dictionary is not loaded.
   */
  readonly activations: readonly (readonly number[])[];
}

export interface TokenFeaturesResult {
  readonly textDocument: VersionedDocument;
  /** Empty when everything was already sent as partial results. */
  readonly chunks: readonly TokenChunk[];
}

/** Client to server. A partial result is a list of chunks; chunks of one answer are disjoint. */
export const tokenFeatures = request<TokenFeaturesParams, TokenFeaturesResult, readonly TokenChunk[]>(
  'featurescope/tokenFeatures',
);

export interface FeaturesAtParams extends WorkDone {
  readonly textDocument: VersionedDocument;
  readonly position: Position;
  /** How many features per dictionary at most. */
  readonly top: number;
}

/** What one loaded dictionary says of a token. */
export interface DictionaryReading {
  /** `DictionaryInfo.id`. */
  readonly dictionary: string;
  /** How many features are active on the token (L0). */
  readonly active: number;
  /** The strongest, descending by activation. */
  readonly features: readonly FeatureActivation[];
}

/** A token that the model held likely before it saw what was there. */
export interface Prediction extends TokenText {
  readonly probability: number;
}

/** Everything shown of one token. */
export interface TokenReading {
  readonly textDocument: VersionedDocument;
  readonly token: TokenText;
  readonly range: Range;
  /** Index of the token in its window, where position 0 may be BOS. */
  readonly position: number;
  /** How many tokens the window holds, and the span of the document it covers. */
  readonly window: { readonly tokens: number; readonly span: Span };
  /** In nats; null where the model predicts nothing. */
  readonly surprisal: number | null;
  /** Rank of the token among the predictions, from 1; null where the model predicts nothing. */
  readonly rank: number | null;
  /** What the model held most likely here, descending; empty where it predicts nothing. */
  readonly predictions: readonly Prediction[];
  readonly dictionaries: readonly DictionaryReading[];
}

/** Client to server. Null when the position is outside every token (an empty document). */
export const featuresAt = request<FeaturesAtParams, TokenReading | null>('featurescope/featuresAt');

export interface RefreshParams {
  /** What makes earlier answers out of date. */
  readonly reason: 'model' | 'dictionaries' | 'labels' | 'settings' | 'engine';
}

/** Server to client: forget what you were told and pull again what you show. */
export const refresh = notification<RefreshParams>('featurescope/refresh');
