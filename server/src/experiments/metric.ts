/** The metrics of the command line and of experiment files: what their text means and what a run is fed for them. */
import type { Answer } from '../../../protocol/experimentSpec';
import { type FeatureRef, parseFeatureKey } from '../../../protocol/features';
import { RunError } from '../engine/feeds';
import { rowFeeds } from '../engine/metricFeeds';
import type { Tensor } from '../engine/ort';
import type { MetricKind } from '../engine/plan';

/** First and last position at which a metric is read, both included; negative ones count from the end. */
export type ReadSpan = readonly [number, number];

/** What the text of a metric says, before tokens are looked up. */
export interface MetricText {
  readonly kind: MetricKind;
  /** Answers as they are written, in groups; none where those of the prompts are meant. */
  readonly groups: readonly (readonly Answer[])[];
  /** For `feature`, otherwise null. */
  readonly feature: FeatureRef | null;
  /** Null: the last position; for `loss` all. */
  readonly span: ReadSpan | null;
}

export interface Metric {
  readonly kind: MetricKind;
  /**
   * Groups of token ids: none for `kl` and `loss`, one for `log_prob` and `logit`, two for the differences; for `feature` its
   * index. Logits of a group are averaged, probabilities added.
   */
  readonly answers: readonly (readonly number[])[];
  /** Whose feature `feature` reads. */
  readonly dictionary?: string;
  readonly span: ReadSpan | null;
}

/** How many groups of answers each kind takes. */
export const ANSWER_GROUPS: Readonly<Record<MetricKind, number>> = {
  logit: 1,
  logit_diff: 2,
  log_prob: 1,
  prob_diff: 2,
  kl: 0,
  loss: 0,
  feature: 0,
};

/** Finds the id of a text that is one token, or null. */
export type TokenLookup = (text: string) => number | null;

const KINDS = 'logit_diff, logit, log_prob, prob_diff, kl, loss or feature';

/**
 * Reads `logit_diff:A,B`, `log_prob:A@p`, `kl`, `loss@p..q`, `feature:DICTIONARY#INDEX` ...; A and B are ids or quoted texts,
 * leading space kept, with `|` between the members of a group.
 * @throws RunError saying what is wrong with the text
 */
export function readMetricText(text: string): MetricText {
  const match = /^([a-z_]+)(?::(.*?))?(?:@(-?\d+)(?:\.\.(-?\d+))?)?$/s.exec(text.trim());
  const kind = match?.[1];
  if (!match || kind === undefined || !isMetricKind(kind)) {
    throw new RunError(`"${text}" is no metric: write ${KINDS}, e.g. logit_diff:" Mary"," John"`);
  }
  const span = readSpan(match[3], match[4]);
  const subject = match[2] ?? '';
  if (kind === 'feature') return { kind, groups: [], feature: featureOf(subject, text), span };
  const groups = splitAnswers(subject);
  if (groups.length > 0 && groups.length !== ANSWER_GROUPS[kind]) throw wrongCount(kind, groups.length, text);
  return { kind, groups, feature: null, span };
}

/** As `readMetricText`, with every answer there and looked up. @throws RunError */
export function parseMetric(text: string, lookup: TokenLookup): Metric {
  const read = readMetricText(text);
  if (read.groups.length !== ANSWER_GROUPS[read.kind]) throw wrongCount(read.kind, read.groups.length, text);
  return metricOf(read, read.groups, lookup);
}

/** A metric with these groups of answers. @throws RunError when one of them is not one token */
export function metricOf(
  { kind, feature, span }: MetricText,
  groups: readonly (readonly Answer[])[],
  lookup: TokenLookup,
): Metric {
  if (feature) return { kind, answers: [[feature.index]], dictionary: feature.dictionary, span };
  return { kind, answers: groups.map((group) => group.map((answer) => answerId(answer, lookup))), span };
}

function isMetricKind(text: string): text is MetricKind {
  return Object.hasOwn(ANSWER_GROUPS, text);
}

function wrongCount(kind: MetricKind, found: number, text: string): RunError {
  return new RunError(`${kind} takes ${ANSWER_GROUPS[kind]} answers, "${text}" has ${found}`);
}

function readSpan(from: string | undefined, to: string | undefined): ReadSpan | null {
  if (from === undefined) return null;
  return [Number(from), Number(to ?? from)];
}

function featureOf(subject: string, text: string): FeatureRef {
  const feature = parseFeatureKey(subject.replace(/^"(.*)"$/s, '$1'));
  if (feature) return feature;
  throw new RunError(`"${text}" names no feature: write feature:DICTIONARY#INDEX`);
}

const ANSWER = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+`;
const GROUP = String.raw`\s*(?:${ANSWER})\s*(?:\|\s*(?:${ANSWER})\s*)*`;
const GROUPS = new RegExp(`^${GROUP}(?:,${GROUP})*$`, 's');

/** Ids and quoted texts, with commas between groups and `|` within them. @throws RunError */
function splitAnswers(list: string): Answer[][] {
  if (list === '') return [];
  if (!GROUPS.test(list)) {
    throw new RunError(
      `the answers ${list} are not ids or quoted texts with commas between them (| within a group)`,
    );
  }
  const groups: Answer[][] = [[]];
  for (const [token] of list.matchAll(new RegExp(`${ANSWER}|,`, 'gs'))) {
    if (token === ',') groups.push([]);
    else groups.at(-1)!.push(unquoted(token));
  }
  return groups;
}

function unquoted(answer: string): Answer {
  if (/^\d+$/.test(answer)) return Number(answer);
  return answer.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** The id of an answer. @throws RunError when its text is not one token, with the near miss that is */
export function answerId(answer: Answer, lookup: TokenLookup): number {
  if (typeof answer === 'number') return answer;
  const id = lookup(answer);
  if (id !== null) return id;
  const cure = lookup(` ${answer}`) === null ? '' : ` (" ${answer}" with a leading space is one)`;
  throw new RunError(`the answer "${answer}" is not one token: give a text that is, or an id${cure}`);
}

/** The text of a metric, which `readMetricText` reads back; answers by their texts where `name` gives one. */
export function metricText(
  { kind, answers, dictionary, span }: Metric,
  name: (id: number) => string | null,
): string {
  const subject =
    dictionary === undefined
      ? answers.map((group) => group.map((id) => quotedOrId(id, name(id))).join('|')).join(',')
      : `${dictionary}#${answers[0]![0]!}`;
  return `${kind}${subject === '' ? '' : `:${subject}`}${spanText(span)}`;
}

function quotedOrId(id: number, text: string | null): string {
  return text === null ? `${id}` : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** `@p`, `@p..q`, or nothing. */
export function spanText(span: ReadSpan | null): string {
  if (span === null) return '';
  return span[0] === span[1] ? `@${span[0]}` : `@${span[0]}..${span[1]}`;
}

/**
 * What a run over `tokens` (rows of equal length) is fed for the metric; for `kl` the caller adds the clean run's log-probabilities.
 * @throws RunError when the position is outside the text
 */
export function metricFeeds(metric: Metric, tokens: readonly (readonly number[])[]): Map<string, Tensor> {
  const [a = [], b = []] = metric.answers;
  return rowFeeds({ kind: metric.kind, a, b }, readPositions(metric, tokens[0]!.length), tokens);
}

/**
 * The positions at which a metric is read in a text of so many tokens; for the loss without a position all that have a token
 * after them.
 * @throws RunError when one is outside the text
 */
export function readPositions({ kind, span }: Pick<Metric, 'kind' | 'span'>, length: number): number[] {
  if (kind === 'loss' && length < 2) throw new RunError('the loss needs at least two tokens');
  const [from, to] = span ?? (kind === 'loss' ? [0, length - 2] : [length - 1, length - 1]);
  const [first, last] = [positionIn(from, length), positionIn(to, length)];
  if (last < first)
    throw new RunError(`the positions ${spanText(span)} are none: the first is after the last`);
  if (kind === 'loss' && last === length - 1) {
    throw new RunError(`the loss at position ${last} needs a token after it, and there are ${length} tokens`);
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A position that may count from the end. @throws RunError when it is outside the text */
export function positionIn(position: number, length: number): number {
  const from = position < 0 ? length + position : position;
  if (from >= 0 && from < length) return from;
  throw new RunError(`position ${position} is outside the ${length} tokens`);
}
