/** What verifying an attribution says, in words. Pure. */
import type { Verification } from '../../protocol/experiments';
import { shortNumber } from '../../protocol/wording';

/** The bound on what was not patched, with its confidence and its condition. */
export function verificationSentence({ nodes, bound, confidence, samples }: Verification): string {
  const patched = `The ${nodes.length} strongest by estimate were patched exactly.`;
  if (bound === null)
    return `${patched} There is no bound on the others: ${samples === 0 ? 'none of them was sampled' : 'too few of them were sampled'}.`;
  const percent = `${Number((100 * confidence).toPrecision(4))}%`;
  return (
    `${patched} From ${samples} random subsets of the others, with ${percent} confidence: no node that was not patched ` +
    `changes the metric by more than ${shortNumber(bound)}, if its effect adds to those of the others.`
  );
}
