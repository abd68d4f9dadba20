/** What is wrong in an experiment file, where, and what can be done about it. */
import type { Span } from '../../../../protocol/method';

/** Replaces a span of the text; an empty span inserts. */
export interface TextChange extends Span {
  readonly text: string;
}

/** A change that mends a problem, offered as a quick fix. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextChange[];
}

/** Stable names of the kinds of problems, for tests, filters and documentation. */
export type ProblemCode =
  | 'too-large'
  | 'yaml'
  | 'unknown-key'
  | 'wrong-type'
  | 'missing'
  | 'duplicate'
  | 'run-kind'
  | 'unknown-run'
  | 'expect'
  | 'alignment'
  | 'answer'
  | 'leading-space'
  | 'bos'
  | 'unknown-name'
  | 'out-of-range'
  | 'too-long'
  | 'metric'
  | 'satisfied';

/** `start` and `end` are UTF-16 offsets into the text. The message says what, why and the cure. */
export interface Problem extends Span {
  /** A file with errors cannot be run; a warning tells what a run would suffer from. */
  readonly severity: 'error' | 'warning' | 'information';
  readonly code: ProblemCode;
  readonly message: string;
  readonly fixes?: readonly Fix[];
}
