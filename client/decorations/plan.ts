/** Which span of a document gets which decoration. Pure. */
import type { Span } from '../../protocol/method';
import type { Token } from '../tokens/tokenStore';
import { LEVELS } from '../../protocol/heat';
import { focusLevel, scales, surprisalLevel } from './heat';

export interface DecorationPlan {
  /** Spans by level: index 0 is level 1. */
  readonly heat: readonly (readonly Span[])[];
  readonly surprisal: readonly (readonly Span[])[];
  /** Every other token in the one list, the rest in the other. */
  readonly tokenBoundaries: readonly [readonly Span[], readonly Span[]];
}

export interface PlanOptions {
  readonly heat: boolean;
  readonly surprisal: boolean;
  readonly tokenBoundaries: boolean;
}

/** Tokens without extent (fragments of a character) are left out: there is nothing to colour. */
export function planDecorations(tokens: readonly Token[], options: PlanOptions): DecorationPlan {
  const drawn = tokens.filter(({ start, end }) => end > start);
  const max = scales(tokens);
  const boundaries = options.tokenBoundaries ? drawn : [];
  return {
    heat: byLevel(options.heat ? drawn : [], ({ activations }) => focusLevel(activations, max)),
    surprisal: byLevel(options.surprisal ? drawn : [], ({ surprisal }) => surprisalLevel(surprisal)),
    tokenBoundaries: [everyOther(boundaries, 0), everyOther(boundaries, 1)],
  };
}

function byLevel(tokens: readonly Token[], level: (token: Token) => number): Span[][] {
  const spans: Span[][] = Array.from({ length: LEVELS }, () => []);
  for (const token of tokens) spans[level(token) - 1]?.push({ start: token.start, end: token.end });
  return spans;
}

function everyOther(tokens: readonly Token[], first: 0 | 1): Span[] {
  return tokens.filter((_, i) => i % 2 === first).map(({ start, end }) => ({ start, end }));
}
