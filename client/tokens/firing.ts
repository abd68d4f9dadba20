/** Steps between the tokens on which a focused feature is active. Pure. */
import type { Token } from './tokenStore';

/** The nearest such token that starts after (1) or before (-1) an offset, going round at the end; undefined when none does. */
export function nextFiringToken(
  tokens: readonly Token[],
  offset: number,
  direction: 1 | -1,
): Token | undefined {
  const firing = tokens.filter(
    ({ start, end, activations }) => end > start && activations.some((activation) => activation > 0),
  );
  const ordered = direction === 1 ? firing : [...firing].reverse();
  const beyond = ordered.find(({ start }) => (direction === 1 ? start > offset : start < offset));
  const target = beyond ?? ordered[0];
  return target?.start === offset ? undefined : target;
}
