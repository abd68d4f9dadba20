/** How much the tokens of two prompts differ, which decides whether patching between them says anything. Pure. */
import type { TokenText } from '../../protocol/features';

/** A remark on two prompts. */
export interface TokenDifference {
  readonly label: string;
  /** What to do about it; empty where nothing need be. */
  readonly advice: string;
}

const ADVICE =
  'Patching says most of prompts that differ in a word or two: change one of them, or select others.';

/**
 * Counts the tokens of both. Of the same number of tokens those differ that are others at the same position; else those
 * of the longer prompt that are neither in the shared beginning nor in the shared end.
 */
export function tokenDifference(clean: readonly TokenText[], corrupt: readonly TokenText[]): TokenDifference {
  const longest = Math.max(clean.length, corrupt.length);
  const isAligned = clean.length !== corrupt.length;
  const differing = isAligned ? longest - sharedAtEnds(clean, corrupt) : differingAt(clean, corrupt);
  const isMost = 2 * differing > longest;
  const counts = isAligned
    ? `${clean.length} and ${corrupt.length} tokens, positions are aligned by what they share`
    : `${longest === 1 ? '1 token' : `${longest} tokens`} each`;
  const remark = `${counts}; ${differing} ${differing === 1 ? 'differs' : 'differ'}`;
  return { label: `$(${isMost ? 'warning' : 'info'}) ${remark}`, advice: isMost ? ADVICE : '' };
}

function differingAt(clean: readonly TokenText[], corrupt: readonly TokenText[]): number {
  return clean.filter(({ id }, i) => id !== corrupt[i]?.id).length;
}

function sharedAtEnds(clean: readonly TokenText[], corrupt: readonly TokenText[]): number {
  const shortest = Math.min(clean.length, corrupt.length);
  let first = 0;
  while (first < shortest && clean[first]!.id === corrupt[first]!.id) first++;
  let last = 0;
  while (last < shortest - first && clean.at(-1 - last)!.id === corrupt.at(-1 - last)!.id) last++;
  return first + last;
}
