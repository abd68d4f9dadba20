import type { Family } from '../document';
import { agreement } from './agreement';
import { capitals } from './capitals';
import { code } from './code';
import { french } from './french';
import { german } from './german';
import { induction } from './induction';
import { ioi } from './ioi';
import { lists } from './lists';
import { nesting } from './nesting';
import { pronouns } from './pronouns';
import { sentiment } from './sentiment';
import { succession } from './succession';
import { years } from './years';

/** Every family of the corpus. */
export const families: readonly Family[] = [
  ioi,
  capitals,
  succession,
  years,
  agreement,
  nesting,
  pronouns,
  induction,
  french,
  german,
  code,
  lists,
  sentiment,
];
