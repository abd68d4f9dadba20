/**
 * Attribution of queries and keys through the softmax of their pattern instead of its derivative, which is nearly zero where
 * the softmax is saturated: the QK fix of AtP* (Kramar et al., arXiv 2403.00745), in the time of the pattern itself.
 *
 * What is written p is the pattern, s the scores, g the derivative of the metric by the pattern.
 */
import type { Builder } from '../graph/builder';
import { recompute } from '../graph/recompute';
import { UnknownHookError } from '../graph/rewrite';
import type { Value } from '../graph/types';
import { otherValue } from './attributionGraph';

/** The hook points of a layer's attention that are read here. */
export interface AttentionHooks {
  /** `blocks.L.attn` */
  readonly at: string;
  /** [batch, pos, head, dHead] */
  readonly q: Value;
  /** [batch, pos, kvHead, dHead] */
  readonly k: Value;
  /** [batch, head, query, key] */
  readonly scores: Value;
  readonly pattern: Value;
}

/** @throws UnknownHookError where the layer lacks one of them */
export function attentionHooks(hooks: ReadonlyMap<string, Value>, layer: number): AttentionHooks {
  const at = `blocks.${layer}.attn`;
  const named = (name: string): Value => {
    const value = hooks.get(`${at}.${name}`);
    if (!value) throw new UnknownHookError(`${at}.${name}`);
    return value;
  };
  return {
    at,
    q: named('hook_q'),
    k: named('hook_k'),
    scores: named('hook_attn_scores'),
    pattern: named('hook_pattern'),
  };
}

/**
 * Sum over keys of (p' - p) g, p' the pattern with the query at one position taken from `other:`; [batch, pos, head]. A row of
 * the pattern depends on no other query, so that all are replaced at once.
 */
export function queryAttribution(b: Builder, hooks: AttentionHooks, g: Value): Value {
  const changed = recompute(b, hooks.pattern, fromOther(b, hooks, 'q'));
  return perPosition(b, b.sum(b.mul(b.sub(changed, hooks.pattern), g), [-1]));
}

/**
 * Sum over queries of the change of sum(p g) when the key at one position is taken from `other:`; [batch, pos, kvHead], where
 * query heads that share a key are summed.
 *
 * All keys are replaced at once for the scores s' that each of them brings. If of a row only s_t becomes s'_t, the other
 * entries keep their proportions: the row's sum(p g) changes by (p'_t - p_t) (g_t - the mean of the other g, weighted by p), and
 * p'_t = 1 / (1 + e^(level - s'_t)), `level` being ln sum exp of the other scores.
 */
export function keyAttribution(b: Builder, hooks: AttentionHooks, g: Value): Value {
  const { scores, k } = hooks;
  const others = new OtherKeys(b, hooks, g);
  const changed = recompute(b, scores, fromOther(b, hooks, 'k'));
  const moved = b.sub(others.probability(changed), others.probability(scores));
  const change = b.sum(b.mul(moved, b.sub(g, others.meanDerivative)), [-2]);
  return overGroups(b, perPosition(b, change), k.shape[2] as number);
}

/** Low enough to have no part in any softmax, and finite: a row with one visible key has no other. */
const HIDDEN = -1e30;

/**
 * For every entry of the scores, the other keys of its row. Where the entry is the row's largest, 1 - p may have been rounded
 * to 0, so the other keys have a softmax of their own; elsewhere 1 - p is at least a half.
 */
class OtherKeys {
  /** The mean of g over the other keys, weighted by p. */
  readonly meanDerivative: Value;
  private readonly largest: Value;
  private readonly rest: Value;
  private readonly level: Value;

  constructor(
    private readonly b: Builder,
    { scores, pattern }: AttentionHooks,
    g: Value,
  ) {
    this.largest = b.topkMask(scores, 1);
    const hidden = b.select(this.largest, b.scalar(HIDDEN), scores);
    this.rest = b.sub(b.scalar(1), pattern);
    this.level = b.select(this.largest, logSumExp(b, hidden), logSumExp(b, scores));
    const weighted = b.mul(pattern, g);
    const withoutOne = b.div(b.sub(b.sum(weighted, [-1], true), weighted), this.rest);
    const withoutLargest = b.sum(b.mul(b.softmax(hidden), g), [-1], true);
    this.meanDerivative = b.select(this.largest, withoutLargest, withoutOne);
  }

  /** The pattern's entries if each score alone were what is given; never an overflow but to the infinity that gives 0. */
  probability(score: Value): Value {
    const { b } = this;
    const odds = b.exp(b.sub(this.level, score));
    const against = b.select(this.largest, odds, b.mul(this.rest, odds));
    return b.div(b.scalar(1), b.add(b.scalar(1), against));
  }
}

/** ln sum exp over the last axis, kept: x - logSoftmax(x) is that at every entry that is finite, as the largest is. */
function logSumExp(b: Builder, x: Value): Value {
  const atLargest = b.select(b.topkMask(x, 1), b.sub(x, b.logSoftmax(x)), b.scalar(0));
  return b.sum(atLargest, [-1], true);
}

function fromOther(b: Builder, hooks: AttentionHooks, of: 'q' | 'k'): ReadonlyMap<Value, Value> {
  const x = hooks[of];
  return new Map([[x, b.broadcastLike(otherValue(b, `${hooks.at}.hook_${of}`, x), x)]]);
}

/** [batch, head, pos] as [batch, pos, head] */
function perPosition(b: Builder, x: Value): Value {
  return b.transpose(x, [0, 2, 1]);
}

/** [batch, pos, head] summed over the heads that share a key and value head. */
function overGroups(b: Builder, x: Value, kvHeads: number): Value {
  const heads = x.shape[2] as number;
  return heads === kvHeads ? x : b.sum(b.unflatten(x, [kvHeads, heads / kvHeads]), [-1]);
}
