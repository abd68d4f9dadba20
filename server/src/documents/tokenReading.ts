/** Everything that is shown of one token. */
import type { DictionaryReading, TokenReading } from '../../../protocol/documents';
import type { FeatureRef, FeatureSummary, TokenText } from '../../../protocol/features';
import type { Span } from '../../../protocol/method';
import type { ContextUnit } from '../../../protocol/settings';
import { activeAt, type NextToken, type TopFeatures } from '../experiments/readFeatures';
import type { ReadableModel } from './readableModel';
import { answeredSpan, tokenSpan, type Window } from './windows';

/** How many predictions are listed. */
const PREDICTIONS = 10;

/** A token's place in a window. */
export interface PlacedToken {
  readonly window: Window;
  /** Index of `ids`. */
  readonly index: number;
}

/** A reading whose place in the document is still in offsets. */
export type OffsetReading = Omit<TokenReading, 'textDocument' | 'range'> & { readonly span: Span };

/**
 * The token at an offset: the one that the unit there belongs to, or at the end of a line or of the text the one before.
 * Null when there is none.
 */
export function tokenAt(
  { layout }: ReadableModel,
  text: string,
  offset: number,
  unit: ContextUnit,
): PlacedToken | null {
  const next = text.charCodeAt(offset);
  const atEnd = offset >= text.length || next === 0x0a || next === 0x0d;
  for (const at of atEnd ? [offset - 1, offset] : [offset]) {
    for (const window of at < 0 ? [] : layout.windowsIn(text, { start: at, end: at + 1 }, unit)) {
      const index = indexAt(window, at);
      if (index !== null) return { window, index };
    }
  }
  return null;
}

/** Reads a token with all loaded dictionaries. @throws as `ReadableModel.ask` */
export async function readToken(
  model: ReadableModel,
  { window, index }: PlacedToken,
  top: number,
  summary: (feature: FeatureRef) => FeatureSummary,
  signal: AbortSignal,
): Promise<OffsetReading> {
  const dictionaries = [...model.dictionaries.values()].map(({ place: { id }, summary: { dSae } }) => ({
    id,
    k: Math.min(top, dSae),
  }));
  const { reader } = model;
  const tops =
    dictionaries.length > 0 ? await reader.top(window, dictionaries, signal) : new Map<string, TopFeatures>();
  const expected = index > 0 ? await reader.expected(window, index, PREDICTIONS, signal) : null;
  return {
    token: tokenText(model, window.ids[index]!),
    span: tokenSpan(window, index),
    position: index,
    window: { tokens: window.ids.length, span: { start: window.start, end: answeredSpan(window).end } },
    surprisal: expected?.surprisal ?? null,
    rank: expected?.rank ?? null,
    predictions: predictions(model, expected),
    dictionaries: dictionaries.map(({ id }) => dictionaryReading(id, tops.get(id)!, index, summary)),
  };
}

function indexAt(window: Window, offset: number): number | null {
  for (let index = window.from; index < window.to; index++) {
    const { start, end } = tokenSpan(window, index);
    if (start <= offset && offset < end) return index;
  }
  return null;
}

function predictions(model: ReadableModel, expected: NextToken | null): TokenReading['predictions'] {
  const likeliest = expected?.likeliest ?? [];
  return likeliest.map(({ id, probability }) => ({ ...tokenText(model, id), probability }));
}

function dictionaryReading(
  dictionary: string,
  top: TopFeatures,
  position: number,
  summary: (feature: FeatureRef) => FeatureSummary,
): DictionaryReading {
  return {
    dictionary,
    active: top.active[position]!,
    features: activeAt(top, position).map(({ index, activation }) => ({
      ...summary({ dictionary, index }),
      activation,
    })),
  };
}

function tokenText({ tokenizer }: ReadableModel, id: number): TokenText {
  return { id, text: tokenizer.tokenText(id) };
}
