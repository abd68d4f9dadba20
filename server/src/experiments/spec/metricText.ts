/** What a metric's text says, before any token is looked up. */
import type { Answer } from '../../../../protocol/experimentSpec';
import { closest } from './nearMisses';

/** Answers that each kind takes; `feature` takes a feature instead. */
const ANSWERS = { logit_diff: 2, logit: 1, log_prob: 1, prob_diff: 2, kl: 0, loss: 0, feature: 0 } as const;

export type MetricName = keyof typeof ANSWERS;

export const metricNames = Object.keys(ANSWERS) as MetricName[];

/** Meanings by kind, for completion, hover and docs/experiments.md. */
export const metricMeanings: Readonly<Record<MetricName, string>> = {
  logit_diff: 'Logit of the answer minus logit of the wrong answer (means over groups).',
  logit: 'Logit of the answer (mean over a group).',
  log_prob: 'Natural logarithm of the probability of the answer (summed over a group).',
  prob_diff: 'Probability of the answer minus probability of the wrong answer (summed over groups).',
  kl: 'Kullback-Leibler divergence of the run from the clean run, in nats.',
  loss: 'Mean cross-entropy of the tokens of the prompt, in nats; with @p of the token after position p.',
  feature:
    "A feature's activation: feature:12, or feature:DICTIONARY#12 when the file names several dictionaries.",
};

export interface MetricParts {
  readonly kind: MetricName;
  /** As written after the colon; null: those of each pair (or none, for kinds that take none). */
  readonly answers: readonly Answer[] | null;
  /** For `feature`; its dictionary is null when it is the only one of the file. */
  readonly feature: { readonly dictionary: string | null; readonly index: number } | null;
  /** Position at which it is read; null for the last, and for `loss` all. */
  readonly position: number | null;
}

/** How many answers a kind takes. */
export function answerCount(kind: MetricName): number {
  return ANSWERS[kind];
}

/** The parts of a metric, or what is wrong with its text: one sentence. */
export function readMetricText(text: string): MetricParts | string {
  const match = /^([a-z_]+)(?::(.*?))?(?:@(\d+))?$/s.exec(text.trim());
  if (!match)
    return `"${text}" is no metric: write ${metricNames.join(', ')}, such as logit_diff:" Mary"," John".`;
  const name = match[1]!;
  const kind = metricNames.find((known) => known === name);
  if (kind === undefined) {
    const [near] = closest(name, metricNames);
    return near === undefined
      ? `There is no metric "${name}": write ${metricNames.join(', ')}.`
      : `There is no metric "${name}". Did you mean ${near}?`;
  }
  const position = match[3] === undefined ? null : Number(match[3]);
  if (kind === 'feature') return featureParts(match[2], position);
  if (match[2] === undefined) return { kind, answers: null, feature: null, position };
  const answers = readAnswers(match[2]);
  if (answers === null)
    return `The answers ${match[2]} are not ids or quoted texts with commas between them.`;
  if (answers.length !== ANSWERS[kind])
    return `${kind} takes ${ANSWERS[kind]} answers, this has ${answers.length}.`;
  return { kind, answers, feature: null, position };
}

function featureParts(given: string | undefined, position: number | null): MetricParts | string {
  const match = /^(?:(.+)#)?(\d{1,9})$/s.exec(given ?? '');
  if (!match) return 'A feature as metric is written feature:12, or feature:DICTIONARY#12.';
  const feature = { dictionary: match[1] ?? null, index: Number(match[2]) };
  return { kind: 'feature', answers: null, feature, position };
}

const ANSWER = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+`;
const ANSWER_LIST = new RegExp(`^\\s*(?:${ANSWER})\\s*(?:,\\s*(?:${ANSWER})\\s*)*$`, 's');

function readAnswers(list: string): Answer[] | null {
  if (!ANSWER_LIST.test(list)) return null;
  return (list.match(new RegExp(ANSWER, 'gs')) ?? []).map((answer) =>
    /^\d/.test(answer) ? Number(answer) : answer.slice(1, -1).replace(/\\(.)/gs, '$1'),
  );
}
