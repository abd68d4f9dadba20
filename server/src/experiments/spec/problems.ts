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

/** A problem that keeps the file from being run. */
export function failure(code: ProblemCode, at: Span, message: string, fixes: readonly Fix[] = []): Problem {
  return { severity: 'error', ...located(code, at, message, fixes) };
}

/** A problem that a run would suffer from. */
export function warning(code: ProblemCode, at: Span, message: string, fixes: readonly Fix[] = []): Problem {
  return { severity: 'warning', ...located(code, at, message, fixes) };
}

function located(code: ProblemCode, { start, end }: Span, message: string, fixes: readonly Fix[]) {
  return { code, start, end, message, ...(fixes.length > 0 ? { fixes } : {}) };
}

/** A quick fix that puts a text in the place of another. */
export function replacement({ start, end }: Span, text: string): Fix {
  return { title: `Replace by ${text}`, edits: [{ start, end, text }] };
}

/** The errors among the problems of a text, in its order, each once: `Line 3: what, why and the cure`. */
export function errorSentences(text: string, problems: readonly Problem[]): string[] {
  const sentences = problems
    .filter(({ severity }) => severity === 'error')
    .sort((a, b) => a.start - b.start)
    .map(({ start, message }) => `Line ${text.slice(0, start).split('\n').length}: ${message}`);
  return [...new Set(sentences)];
}
