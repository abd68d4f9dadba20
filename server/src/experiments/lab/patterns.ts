/** Attention patterns can only take the place of each other where all positions correspond. */
import type { RunPair } from '../../engine/causal/requests';
import { Refusal } from './refusal';

/** @throws Refusal when a pattern is covered and the prompts of some pair are only partly aligned */
export function checkPatterns(hooks: readonly string[], jobs: readonly { readonly runs: RunPair }[]): void {
  if (!hooks.some((hook) => hook.endsWith('.hook_pattern'))) return;
  const isPartial = jobs.some(
    ({ runs: { base, source, alignment } }) =>
      source !== null &&
      (source.tokens.length !== base.tokens.length ||
        alignment.some((other, position) => other !== position)),
  );
  if (!isPartial) return;
  throw new Refusal(
    'attention patterns can be exchanged only between prompts of equal length whose positions correspond one to one: ' +
      'use such prompts, or patch q, k, v or z instead',
  );
}
