import { type GraphTarget, LIKELY_TARGET } from '../../protocol/graphs';

/** A sentence whose next token is explained; its combination of contents did not occur in training. */
export interface Sentence {
  readonly prompt: string;
  /** The token that comes next. */
  readonly answer: string;
  readonly target: GraphTarget;
  /** What follows the answer in the sample text. */
  readonly rest: string;
}

export const CAPITAL: Sentence = {
  prompt: 'The capital of Spain is Madrid, and the capital of Iraq is',
  answer: ' Baghdad',
  target: LIKELY_TARGET,
  rest: '.',
};

export const NEXT_DAY: Sentence = {
  prompt: 'If today is Thursday for Lisa, then tomorrow is',
  answer: ' Friday',
  target: LIKELY_TARGET,
  rest: '.',
};

/** Of the same words the day after would be Saturday: the difference shows what chooses the day before. */
export const DAY_BEFORE: Sentence = {
  prompt: 'On Friday Julia was at home. On the day before,',
  answer: ' Thursday',
  target: { kind: 'difference', a: [' Thursday'], b: [' Saturday'] },
  rest: ', Julia was at school.',
};
