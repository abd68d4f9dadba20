/** The kinds of metrics in words, and the metrics of a file. */
import type { ExperimentRun, ExperimentSpec } from '../../../../protocol/experimentSpec';
import type { MetricKind } from '../../engine/plan';
import { RunError } from '../../engine/feeds';
import { ANSWER_GROUPS, type MetricText, readMetricText } from '../metric';
import { closest } from './nearMisses';
import { alternatives } from './shape';

/** For completion, hover and docs/experiments.md. */
export const metricMeanings: Readonly<Record<MetricKind, string>> = {
  logit_diff: 'Logit of the answer minus logit of the wrong answer (means over groups).',
  logit: 'Logit of the answer (mean over a group).',
  log_prob: 'Natural logarithm of the probability of the answer (summed over a group).',
  prob_diff: 'Probability of the answer minus probability of the wrong answer (summed over groups).',
  kl: 'Kullback-Leibler divergence of the run from the clean run, in nats.',
  loss: 'Mean cross-entropy of the tokens of the prompt, in nats.',
  feature: "A feature's activation, written feature:DICTIONARY#INDEX.",
};

/** The metric's parts, or what is wrong with its text: one sentence. */
export function metricParts(text: string): MetricText | string {
  try {
    return readMetricText(text);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const near = closest(/^\w*/.exec(text)![0], Object.keys(metricMeanings));
    const hint = near.length === 0 ? '' : ` Did you mean ${alternatives(near)}?`;
    return `${error.message}.${hint}`;
  }
}

/** The metric of a run: its own, the file's, or what the answers of all pairs in the file allow. */
export function metricOfRun(run: ExperimentRun, { metric, prompts }: ExperimentSpec): string {
  const named = run.metric ?? metric;
  if (named !== undefined) return named;
  const pairs = typeof prompts === 'string' ? [] : Array.isArray(prompts) ? prompts : [prompts];
  return pairs.every(({ wrong }) => wrong !== undefined) ? 'logit_diff' : 'log_prob';
}

/** Which of `answer` and `wrong` a metric takes from each pair. */
export function answersTaken({ kind, groups }: MetricText): readonly ('answer' | 'wrong')[] {
  return groups.length > 0 ? [] : (['answer', 'wrong'] as const).slice(0, ANSWER_GROUPS[kind]);
}
