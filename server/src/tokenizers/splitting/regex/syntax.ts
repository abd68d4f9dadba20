import type { CharSet } from './charSet';

/** A parsed pattern. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly items: readonly PatternNode[] }
  | RepeatNode
  | { readonly kind: 'atomic'; readonly body: PatternNode }
  | { readonly kind: 'ahead'; readonly body: PatternNode; readonly negative: boolean }
  | { readonly kind: 'behind'; readonly set: CharSet; readonly negative: boolean }
  | { readonly kind: 'edge'; readonly edge: Edge };

/** A body repeated `min` to `max` times. */
export interface RepeatNode {
  readonly kind: 'repeat';
  readonly body: PatternNode;
  readonly min: number;
  readonly max: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
}

export type Edge = 'lineStart' | 'lineEnd' | 'textStart' | 'textEnd' | 'word' | 'noWord';
