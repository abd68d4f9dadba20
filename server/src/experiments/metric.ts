/** The metrics of the command line: what their text means and what a run is fed for them. */
import { RunError } from '../engine/feeds';
import { rowFeeds } from '../engine/metricFeeds';
import type { Tensor } from '../engine/ort';
import type { MetricKind } from '../engine/plan';

export interface Metric {
  readonly kind: MetricKind;
  /** Token ids: none for `kl` and `loss`, one for `log_prob` and `logit`, two for the differences. */
  readonly answers: readonly number[];
  /** Position, or null for the last. */
  readonly position: number | null;
}

const ANSWERS: Readonly<Record<MetricKind, number>> = {
  logit: 1,
  logit_diff: 2,
  log_prob: 1,
  prob_diff: 2,
  kl: 0,
  loss: 0,
  feature: 1,
};

/** Finds the id of a text that is one token, or null. */
export type TokenLookup = (text: string) => number | null;

/**
 * Reads `logit_diff:A,B`, `log_prob:A@p`, `kl`, `loss` ...; A and B are ids or quoted texts, leading space kept.
 * @throws RunError saying what is wrong with the text
 */
export function parseMetric(text: string, lookup: TokenLookup): Metric {
  const match = /^([a-z_]+)(?::(.*?))?(?:@(\d+))?$/s.exec(text.trim());
  const kind = match?.[1];
  if (!match || kind === undefined || !isMetricKind(kind)) {
    throw new RunError(
      `"${text}" is no metric: write ${Object.keys(ANSWERS).join(', ')}, e.g. logit_diff:" Mary"," John"`,
    );
  }
  const answers = splitAnswers(match[2] ?? '').map((answer) => answerId(answer, lookup));
  if (answers.length !== ANSWERS[kind]) {
    throw new RunError(`${kind} takes ${ANSWERS[kind]} answers, "${text}" has ${answers.length}`);
  }
  return { kind, answers, position: match[3] === undefined ? null : Number(match[3]) };
}

function isMetricKind(text: string): text is MetricKind {
  return Object.hasOwn(ANSWERS, text);
}

const ANSWER = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+`;
const ANSWER_LIST = new RegExp(`^\\s*(?:${ANSWER})\\s*(?:,\\s*(?:${ANSWER})\\s*)*$`, 's');

/** Ids and quoted texts, with commas between them. @throws RunError */
function splitAnswers(list: string): string[] {
  if (list === '') return [];
  if (ANSWER_LIST.test(list)) return list.match(new RegExp(ANSWER, 'gs')) ?? [];
  throw new RunError(`the answers ${list} are not ids or quoted texts with commas between them`);
}

function answerId(answer: string, lookup: TokenLookup): number {
  if (/^\d+$/.test(answer)) return Number(answer);
  const text = answer.slice(1, -1).replace(/\\(.)/gs, '$1');
  const id = lookup(text);
  if (id !== null) return id;
  const cure = lookup(` ${text}`) === null ? '' : ` (" ${text}" with a leading space is one)`;
  throw new RunError(`the answer "${text}" is not one token: give a text that is, or an id${cure}`);
}

/**
 * What a run over `tokens` (rows of equal length) is fed for the metric; for `kl` the caller adds the clean run's log-probabilities.
 * @throws RunError when the position is outside the text
 */
export function metricFeeds(metric: Metric, tokens: readonly (readonly number[])[]): Map<string, Tensor> {
  const length = tokens[0]!.length;
  const [a, b] = [metric.answers.slice(0, 1), metric.answers.slice(1)];
  const spec = { kind: metric.kind, a, b };
  return rowFeeds(spec, readPositions(metric, length), tokens);
}

/** The position of the metric; for the loss every position that has a token after it. */
function readPositions({ kind, position }: Metric, length: number): number[] {
  if (kind === 'loss') return lossPositions(position, length);
  const read = position ?? length - 1;
  if (read >= length) throw new RunError(`position ${read} is outside the ${length} tokens`);
  return [read];
}

function lossPositions(position: number | null, length: number): number[] {
  if (length < 2) throw new RunError('the loss needs at least two tokens');
  if (position === null) return Array.from({ length: length - 1 }, (_, i) => i);
  if (position < length - 1) return [position];
  throw new RunError(
    `the loss at position ${position} needs a token after it, and there are ${length} tokens`,
  );
}
