/** The prompt pairs of an experiment, ready to be run. */
import type { Answer, Direction, PromptPair } from '../../../../protocol/experimentSpec';
import type { CausalRun, RunPair } from '../../engine/causal/requests';
import { type Alignment, counterparts } from './alignment';
import type { Laboratory } from './laboratory';
import type { ResolvedMetric } from './metrics';
import { type PreparedPrompt, preparePrompt } from './prompts';
import { Refusal } from './refusal';

export interface PreparedPair {
  readonly clean: PreparedPrompt;
  readonly corrupt: PreparedPrompt | null;
  /** Right answers at the end of the clean prompt; empty where none were given. */
  readonly answer: readonly Answer[];
  /** What the corrupted prompt calls for. */
  readonly wrong: readonly Answer[];
  /** How errors and notes call it: nothing for the only pair, ` of pair 3` otherwise. */
  readonly of: string;
}

/** @throws Refusal naming the prompt that cannot be used */
export function preparePairs(
  pairs: readonly PromptPair[],
  lab: Laboratory,
  bos: boolean | undefined,
): PreparedPair[] {
  if (pairs.length === 0) throw new Refusal('there are no prompts: give at least one pair');
  return pairs.map(({ clean, corrupt, answer, wrong }, i) => {
    const of = pairs.length === 1 ? '' : ` of pair ${i + 1}`;
    return {
      clean: preparePrompt(clean, lab, bos, `the clean prompt${of}`),
      corrupt: corrupt === undefined ? null : preparePrompt(corrupt, lab, bos, `the corrupted prompt${of}`),
      answer: group(answer),
      wrong: group(wrong),
      of,
    };
  });
}

function group(answer: PromptPair['answer']): readonly Answer[] {
  if (answer === undefined) return [];
  return typeof answer === 'object' ? answer : [answer];
}

/** The corrupted prompt of a pair. @throws Refusal when it has none */
export function corruptOf({ corrupt, of }: PreparedPair, what: string): PreparedPrompt {
  if (corrupt) return corrupt;
  throw new Refusal(`${what} needs a corrupted prompt, and there is none${of}: give one with "corrupt"`);
}

/** The prompt that is changed and the one that values come from. */
export function sides(
  pair: PreparedPair,
  direction: Direction,
): { readonly base: PreparedPrompt; readonly source: PreparedPrompt } {
  const corrupt = corruptOf(pair, 'patching');
  return direction === 'noise'
    ? { base: pair.clean, source: corrupt }
    : { base: corrupt, source: pair.clean };
}

/** The two runs as the engine is asked for them. */
export function runPair(
  pair: PreparedPair,
  direction: Direction,
  alignment: Alignment,
  metric: ResolvedMetric,
): RunPair {
  const clean: CausalRun = { tokens: pair.clean.ids, readAt: metric.cleanReadAt };
  const corrupt: CausalRun = { tokens: corruptOf(pair, 'patching').ids, readAt: metric.corruptReadAt! };
  const [base, source] = direction === 'noise' ? [clean, corrupt] : [corrupt, clean];
  return {
    base,
    source,
    alignment: counterparts(alignment, direction, base.tokens.length),
    reference: direction === 'noise' ? 'base' : 'source',
  };
}

/** The clean run alone. */
export function cleanRunPair(pair: PreparedPair, metric: ResolvedMetric): RunPair {
  return {
    base: { tokens: pair.clean.ids, readAt: metric.cleanReadAt },
    source: null,
    alignment: [],
    reference: 'base',
  };
}
