/** Attention scores behind the mask, which are -Infinity. */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';

const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** 1 where a score is finite, 0 behind the mask. */
export function visibleScores(b: Builder, scores: Value): Value {
  return b.step(b.add(scores, b.scalar(LARGEST_FLOAT32)));
}

/** `changed` where the score is finite; behind the mask the score stays -Infinity (times 0 it would become NaN). */
export function keepMasked(b: Builder, scores: Value, changed: Value): Value {
  return b.select(visibleScores(b, scores), changed, scores);
}
