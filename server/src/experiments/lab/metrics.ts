/** The metric of a run on a pair: answers looked up, positions found in both prompts. */
import type { Answer } from '../../../../protocol/experimentSpec';
import type { MetricSpec } from '../../engine/causal/requests';
import { RunError } from '../../engine/feeds';
import {
  ANSWER_GROUPS,
  type Metric,
  metricOf,
  type MetricText,
  readMetricText,
  readPositions,
  spanText,
} from '../metric';
import type { Alignment } from './alignment';
import { dictionaryOf, type Laboratory } from './laboratory';
import type { PreparedPair } from './pairs';
import { Refusal } from './refusal';

export interface ResolvedMetric {
  readonly metric: Metric;
  readonly spec: MetricSpec;
  readonly cleanReadAt: readonly number[];
  /** Null without a corrupted prompt, or when it was not asked for. */
  readonly corruptReadAt: readonly number[] | null;
}

/** The metric that is meant where none is named: what the answers of all pairs allow. @throws Refusal when they have none */
export function defaultMetric(pairs: readonly PreparedPair[]): string {
  if (pairs.every(({ answer, wrong }) => answer.length > 0 && wrong.length > 0)) return 'logit_diff';
  if (pairs.every(({ answer }) => answer.length > 0)) return 'log_prob';
  throw new Refusal(
    'there is no metric: give every pair an "answer" (and a "wrong" one), or name a "metric"',
  );
}

/**
 * The metric on a pair.
 * @param alignment with a corrupted prompt that is run: a position that counts from the start is one of the clean prompt, and
 * its counterpart is read in the corrupted one; null where only the clean prompt is run
 * @throws Refusal
 */
export function resolveMetric(
  text: string,
  pair: PreparedPair,
  lab: Laboratory,
  alignment: Alignment | null,
): ResolvedMetric {
  return asRefusal(() => {
    const read = readMetricText(text);
    const metric = metricOf(read, groupsOf(read, pair), (token) => lookUp(token, lab));
    checkAnswers(metric, lab);
    checkDifference(metric, pair);
    const cleanReadAt = positions(metric, pair.clean.ids.length, `the clean prompt${pair.of}`);
    return {
      metric,
      spec: metricSpec(metric, lab),
      cleanReadAt,
      corruptReadAt:
        alignment && pair.corrupt ? corruptPositions(metric, cleanReadAt, pair, alignment) : null,
    };
  });
}

/** What `readMetricText` and its kin refuse is the user's to mend. */
export function asRefusal<T>(job: () => T): T {
  try {
    return job();
  } catch (error) {
    if (error instanceof RunError) throw new Refusal(error.message, { cause: error });
    throw error;
  }
}

function groupsOf(
  { kind, groups }: MetricText,
  { answer, wrong, of }: PreparedPair,
): readonly (readonly Answer[])[] {
  const wanted = ANSWER_GROUPS[kind];
  if (groups.length === wanted) return groups;
  const own = [answer, wrong].slice(0, wanted);
  const missing = ['answer', 'wrong'].slice(0, wanted).filter((_, i) => own[i]!.length === 0);
  if (missing.length === 0) return own;
  throw new Refusal(
    `${kind} needs ${missing.map((name) => `"${name}"`).join(' and ')}${of === '' ? '' : `, missing${of}`}: ` +
      `give it with the prompts, or name the answers in the metric`,
  );
}

/** The id of a text that is one token, or null. @throws Refusal without a tokenizer */
export function lookUp(text: string, { tokenizer }: Pick<Laboratory, 'tokenizer'>): number | null {
  if (tokenizer) return tokenizer.idOf(text);
  throw new Refusal(`the answer "${text}" is a text and the model has no tokenizer: give its id`);
}

function checkAnswers({ kind, answers, dictionary }: Metric, lab: Laboratory): void {
  const count =
    kind === 'feature' ? dictionaryOf(lab, dictionary).summary.dSae : lab.model.dimensions.vocabulary;
  const wrong = answers.flat().find((id) => id >= count);
  if (wrong === undefined) return;
  const what = kind === 'feature' ? `${dictionary!} has features` : 'the vocabulary is';
  throw new Refusal(`the metric names ${wrong}, and ${what} 0 to ${count - 1}: correct it`);
}

/** A difference between a group of answers and itself is nothing, whatever is changed. */
function checkDifference({ kind, answers: [a, b] }: Metric, { of }: PreparedPair): void {
  if (!a || !b || a.toSorted().join() !== b.toSorted().join()) return;
  throw new Refusal(
    `the right and the wrong answer${of} are the same (${a.length === 1 ? 'token' : 'tokens'} ${a.join(', ')}), so that ${kind} ` +
      'is always 0: correct one of them',
  );
}

function metricSpec({ kind, answers, dictionary }: Metric, lab: Laboratory): MetricSpec {
  const [a = [], b = []] = answers;
  if (kind !== 'feature') return { kind, a, b };
  return { kind, a, b, dictionary: dictionaryOf(lab, dictionary).summary.id };
}

function positions(metric: Metric, length: number, what: string): number[] {
  try {
    return readPositions(metric, length);
  } catch (error) {
    throw new Refusal(`the metric cannot be read in ${what}: ${(error as Error).message}`, { cause: error });
  }
}

/** Each prompt has its own end; a position from the start stands for that of the clean prompt. */
function corruptPositions(
  metric: Metric,
  cleanReadAt: readonly number[],
  { corrupt, of }: PreparedPair,
  alignment: Alignment,
): number[] {
  const { span } = metric;
  if (span === null || span[0] < 0 || span[1] < 0)
    return positions(metric, corrupt!.ids.length, `the corrupted prompt${of}`);
  const counterpart = new Map(alignment);
  return cleanReadAt.map((position) => {
    const other = counterpart.get(position);
    const isReadable = other !== undefined && (metric.kind !== 'loss' || other < corrupt!.ids.length - 1);
    if (isReadable) return other;
    throw new Refusal(
      `the metric is read${spanText(span).replace('@', ' at position ')}, which has no counterpart in the corrupted prompt${of}: ` +
        'count from the end (@-1), or correct "align"',
    );
  });
}
