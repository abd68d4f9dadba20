/** What the clauses of an experiment came to, in words. Pure. */
import type { ExpectationOutcome } from './experiments';

/** How `measured` begins where a result has no answer to a clause. */
export const UNANSWERED = 'cannot be answered: ';

/** `measured 0.6`, or why there is nothing to measure. */
export function measuredWords({ measured }: Pick<ExpectationOutcome, 'measured'>): string {
  return measured.startsWith(UNANSWERED) ? measured : `measured ${measured}`;
}
