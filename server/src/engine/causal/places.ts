/** Where in the model a hook point stands, and which positions a patch reaches. */
import type { Cell, Patch, RunPair } from './requests';

/** A run from the tokens, before the first layer. */
export const FROM_TOKENS = -1;

/**
 * The last layer from whose residual input (`blocks.L.hook_resid_pre`) a run can start so that the hook point is still
 * computed; FROM_TOKENS for embeddings.
 */
export function startLayer(hook: string, layers: number): number {
  const block = /^blocks\.(\d+)\./.exec(hook);
  if (block) return Number(block[1]);
  return /^(ln_final\.|unembed\.|logits$)/.test(hook) ? layers - 1 : FROM_TOKENS;
}

/** The earliest start that a cell needs. */
export function cellStart(cell: Cell, layers: number): number {
  return Math.min(...cell.map(({ hook }) => startLayer(hook, layers)));
}

/** Is the hook point an attention pattern or its scores, [batch, head, query, key]? */
export function isPattern(hook: string): boolean {
  return /\.(hook_pattern|hook_attn_scores)$/.test(hook);
}

/** Are both runs equally long, and does each position stand for the same one of the other? */
export function isOneToOne({ base, source, alignment }: RunPair): boolean {
  return source?.tokens.length === base.tokens.length && base.tokens.every((_, at) => alignment[at] === at);
}

/**
 * How many positions from the start hold the same tokens in both runs and stand for each other: by causality everything
 * there is equal, and putting one in place of the other changes nothing.
 */
export function sharedPrefix({ base, source, alignment }: RunPair): number {
  if (!source) return 0;
  const differs = base.tokens.findIndex((id, at) => source.tokens[at] !== id || alignment[at] !== at);
  return differs === -1 ? base.tokens.length : differs;
}

/** The base positions at which a patch may change something, ascending. */
export function reached(patch: Patch, pair: RunPair, prefix: number): number[] {
  const all = patch.positions?.toSorted((a, b) => a - b) ?? pair.base.tokens.map((_, at) => at);
  if (patch.value.from !== 'source') return all;
  return all.filter((at) => at >= prefix && typeof pair.alignment[at] === 'number');
}
