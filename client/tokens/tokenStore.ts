/**
 * What is known of one document's tokens, kept up with its edits. Pure: offsets in, tokens out. An edit moves the
 * tokens behind it and drops the ones it touches, so that what is on screen stays in place until the server's answer
 * for the new text arrives.
 */
import type { TokenChunk } from '../../protocol/documents';
import { featureKey } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import type { Span } from '../../protocol/method';
import { addSpan, covers } from './spans';

/** One token: half-open UTF-16 offsets, surprisal in nats, and its activation of each focused feature. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly surprisal: number | null;
  readonly activations: readonly number[];
}

/** Replaces `length` UTF-16 units at `offset` by `inserted` units. */
export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly inserted: number;
}

export class TokenStore {
  private list: Token[] = [];
  private covered: readonly Span[] = [];
  private focus = '';

  /** Ascending, never overlapping. */
  get tokens(): readonly Token[] {
    return this.list;
  }

  /** Whether the span is known for the present text and these focused features. */
  knows(span: Span, features: readonly FeatureRef[]): boolean {
    return focusKey(features) === this.focus && covers(this.covered, span);
  }

  /** Takes an answer for the present text. An answer for another focus forgets the earlier focus's activations. */
  put(chunk: TokenChunk, features: readonly FeatureRef[]): void {
    this.refocus(features);
    const { span } = chunk;
    const fresh = chunk.start.map((start, i) => ({
      start,
      end: chunk.end[i] ?? start,
      surprisal: chunk.surprisal[i] ?? null,
      activations: chunk.activations.map((row) => row[i] ?? 0),
    }));
    const before = this.list.filter(({ end, start }) => end <= span.start && start < span.start);
    const after = this.list.filter(({ start }) => start >= span.end);
    this.list = [...before, ...fresh, ...after];
    this.covered = addSpan(this.covered, span);
  }

  /** Follows an edit: nothing counts as known any more, but what still has a place keeps it. */
  edit({ offset, length, inserted }: Edit): void {
    this.covered = [];
    const shift = inserted - length;
    const end = offset + length;
    this.list = this.list.flatMap((token) => {
      if (token.end <= offset) return [token];
      if (token.start >= end) return [{ ...token, start: token.start + shift, end: token.end + shift }];
      return [];
    });
  }

  /** Nothing counts as known any more; what is shown stays until it is replaced. */
  expire(): void {
    this.covered = [];
  }

  /** Forgets everything: what is shown is no longer true of anything. */
  clear(): void {
    this.list = [];
    this.covered = [];
  }

  /** Forgets everything outside a span, to bound memory in long documents. */
  keepOnly(span: Span): void {
    this.list = this.list.filter(({ start, end }) => start >= span.start && end <= span.end);
    this.covered = this.covered.flatMap((known) => {
      const start = Math.max(known.start, span.start);
      const end = Math.min(known.end, span.end);
      return start < end ? [{ start, end }] : [];
    });
  }

  private refocus(features: readonly FeatureRef[]): void {
    const focus = focusKey(features);
    if (focus === this.focus) return;
    this.focus = focus;
    this.covered = [];
    this.list = this.list.map((token) => ({ ...token, activations: [] }));
  }
}

function focusKey(features: readonly FeatureRef[]): string {
  return features.map(featureKey).join('\n');
}
