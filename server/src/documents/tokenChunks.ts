/** What was read of windows, in the form the client is sent. */
import type { TokenChunk } from '../../../protocol/documents';
import { type FeatureRef, featureKey } from '../../../protocol/features';
import type { Span } from '../../../protocol/method';
import type { Columns } from './columnCache';
import { SURPRISAL } from './windowReader';
import { answeredSpan, tokenSpan, type Window } from './windows';

/** The tokens that a window answers for. A feature without a column (its dictionary is not loaded) has an empty row. */
export function tokenChunk(window: Window, columns: Columns, features: readonly FeatureRef[]): TokenChunk {
  const indices = Array.from({ length: window.to - window.from }, (_, i) => window.from + i);
  const spans = indices.map((index) => tokenSpan(window, index));
  const surprisal = columns.get(SURPRISAL)!.data;
  return {
    span: answeredSpan(window),
    start: spans.map(({ start }) => start),
    end: spans.map(({ end }) => end),
    surprisal: indices.map((index) => (Number.isNaN(surprisal[index]!) ? null : short(surprisal[index]!))),
    activations: features.map((feature) => {
      const column = columns.get(featureKey(feature))?.data;
      return column ? indices.map((index) => short(column[index]!)) : [];
    }),
  };
}

/** A chunk that says there are no tokens in a span. */
export function emptyChunk(span: Span, features: readonly FeatureRef[]): TokenChunk {
  return { span, start: [], end: [], surprisal: [], activations: features.map(() => []) };
}

/** The parts of a span that are in none of the others, ascending. */
export function uncovered(span: Span, covered: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = span.start;
  for (const { start, end } of [...covered].sort((a, b) => a.start - b.start)) {
    if (start > at) left.push({ start: at, end: Math.min(start, span.end) });
    at = Math.max(at, end);
    if (at >= span.end) return left;
  }
  if (at < span.end) left.push({ start: at, end: span.end });
  return left;
}

/** Six digits: what float32 holds reliably, in half the characters. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
