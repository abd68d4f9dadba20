/** Contributions of nodes to the metric, to first order, as graph functions; formulas in words at `PlanOutput`. */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';
import { visibleScores } from './maskedScores';
import type { PlanOutput } from './plan';

export type Attribution = Extract<PlanOutput, { kind: 'attribution' }>;

/** Name of the fed activation of another run, in the hook point's shape but for a batch of 1. */
export function otherInput(hook: string): string {
  return `other:${hook}`;
}

/** What is fed as `other:<hook>`, with one row for the whole batch. */
export function otherValue(b: Builder, hook: string, x: Value): Value {
  return b.input(otherInput(hook), [1, ...x.shape.slice(1)]);
}

/** d metric / d x times what the output says. */
export function attribution(
  b: Builder,
  { hook, times, each }: Attribution,
  x: Value,
  derivative: Value,
): Value {
  const product = b.mul(factor(b, hook, times, x), derivative);
  const counted = hook.endsWith('.hook_attn_scores') ? visibleOnly(b, x, product) : product;
  return each ? counted : b.sum(counted, [-1]);
}

function factor(b: Builder, hook: string, times: Attribution['times'], x: Value): Value {
  if (times === 'ofSelf') return x;
  const other = otherValue(b, hook, x);
  return times === 'along' ? other : b.sub(other, x);
}

/** Behind the mask scores are -Infinity, and their difference no number. */
function visibleOnly(b: Builder, scores: Value, product: Value): Value {
  return b.select(visibleScores(b, scores), product, b.scalar(0));
}
