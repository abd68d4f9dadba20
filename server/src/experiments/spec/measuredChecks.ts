/** What a run of the model shows of an experiment before it is begun: answers that are not meant, metrics that cannot tell. */
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import { shortNumber } from '../../../../protocol/wording';
import { positionIn } from '../metric';
import type { MetricKind } from '../../engine/plan';
import { answersOf, answerToken, spacedToken, spaceFix } from './checkAnswers';
import { type TokenizedPair, tokenizedPairs } from './checkPrompts';
import { comparesRuns } from './checkRuns';
import { metricOfRun, metricParts } from './metricWords';
import type { ModelFacts } from './modelFacts';
import { type Problem, warning } from './problems';
import type { ReadExperiment } from './readSpec';

/** Logits [vocabulary] after a sequence of tokens. */
export type NextLogits = (ids: readonly number[]) => Promise<Float32Array>;

/** More pairs than this are not run for a look at the file. */
export const MOST_PAIRS = 32;

/** Warnings that need the model; the prompts of the first pairs are run. Rejects as `next` does. */
export async function measuredChecks(
  read: ReadExperiment,
  facts: ModelFacts,
  next: NextLogits,
): Promise<Problem[]> {
  const { spec } = read;
  if (!spec) return [];
  const problems: Problem[] = [];
  for (const pair of tokenizedPairs(spec, facts).slice(0, MOST_PAIRS)) {
    if (!isRunnable(pair, facts)) continue;
    problems.push(...(await unlikelierAnswers(pair, read, facts, next)));
    problems.push(...(await satisfiedMetrics(pair, read, spec, facts, next)));
  }
  return problems;
}

function isRunnable({ clean, corrupt, pair }: TokenizedPair, { dimensions }: ModelFacts): boolean {
  const fits = (ids: readonly number[] | undefined): boolean =>
    ids !== undefined &&
    ids.length > 0 &&
    ids.length <= dimensions.context &&
    ids.every((id) => id < dimensions.vocabulary);
  return fits(clean?.ids) && (pair.corrupt === undefined || fits(corrupt?.ids));
}

/** Answers without a leading space, where the token with one is likelier after the clean prompt. */
async function unlikelierAnswers(
  { pair, path, clean }: TokenizedPair,
  read: ReadExperiment,
  facts: ModelFacts,
  next: NextLogits,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { answer, path: place } of [
    ...answersOf(pair, 'answer', path),
    ...answersOf(pair, 'wrong', path),
  ]) {
    const spaced = spacedToken(answer, pair.clean, facts);
    if (spaced === null) continue;
    const logits = await next(clean!.ids);
    const [bare, better] = [answerToken(answer, facts)!, spaced].map((id) => softmaxOf(logits, [id]));
    if (better! <= bare!) continue;
    const at = read.locate(place);
    const message =
      `“${answer}” has no leading space, and after this prompt “·${answer}” is likelier ` +
      `(${shortNumber(better!)} against ${shortNumber(bare!)}): tokens within a text mostly begin with their space.`;
    problems.push(warning('leading-space', at, message, [spaceFix(String(answer), at)]));
  }
  return problems;
}

/** A metric of answers, read at one place. */
interface AnswerMetric {
  readonly text: string;
  readonly kind: MetricKind;
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Null: the end of each prompt. */
  readonly position: number | null;
}

async function satisfiedMetrics(
  tokenized: TokenizedPair,
  read: ReadExperiment,
  spec: ExperimentSpec,
  facts: ModelFacts,
  next: NextLogits,
): Promise<Problem[]> {
  const { clean, corrupt, path } = tokenized;
  const metrics = answerMetrics(tokenized, spec, facts);
  if (!corrupt || metrics.length === 0) return [];
  const problems: Problem[] = [];
  for (const metric of metrics) {
    const value = async (ids: readonly number[]): Promise<number> =>
      answerMetric(metric, await next(ids.slice(0, positionIn(metric.position ?? -1, ids.length) + 1)));
    const verdict = judge(metric, await value(clean!.ids), await value(corrupt.ids));
    if (verdict !== null) problems.push(warning('satisfied', read.locate([...path, 'corrupt']), verdict));
  }
  return problems;
}

/** The metrics by which runs that compare the two prompts are judged, each once. */
function answerMetrics(
  { pair, path, clean, corrupt }: TokenizedPair,
  spec: ExperimentSpec,
  facts: ModelFacts,
): AnswerMetric[] {
  const texts = new Set(spec.runs.filter(comparesRuns).map((run) => metricOfRun(run, spec)));
  return [...texts].flatMap((text): AnswerMetric[] => {
    const parts = metricParts(text);
    if (typeof parts === 'string' || !COMPARABLE.has(parts.kind)) return [];
    const { kind, groups, span } = parts;
    const own = (['answer', 'wrong'] as const).map((key) =>
      answersOf(pair, key, path).map(({ answer }) => answer),
    );
    const [a, b = []] = (groups.length > 0 ? groups : own).map((group) =>
      group.map((answer) => answerToken(answer, facts)),
    );
    const ids = [...a!, ...(DIFFERENCES.has(kind) ? b : [])];
    // Positions from the start are the same place in both prompts only where these are equally long.
    const isReadable =
      span === null || (span[0] === span[1] && (span[0] < 0 || clean!.ids.length === corrupt?.ids.length));
    if (!isReadable || ids.length === 0 || ids.includes(null)) return [];
    const [first, second] = [a!, DIFFERENCES.has(kind) ? b : []].map((group) =>
      group.filter((id) => id !== null),
    );
    return [{ text, kind, a: first!, b: second!, position: span?.[0] ?? null }];
  });
}

const DIFFERENCES: ReadonlySet<MetricKind> = new Set<MetricKind>(['logit_diff', 'prob_diff']);
const COMPARABLE: ReadonlySet<MetricKind> = new Set<MetricKind>([...DIFFERENCES, 'logit', 'log_prob']);

/** The value of a metric of answers, as engine/plan.ts defines it, from the logits [vocabulary] at its position. */
export function answerMetric(
  { kind, a, b }: Pick<AnswerMetric, 'kind' | 'a' | 'b'>,
  logits: Float32Array,
): number {
  const mean = (ids: readonly number[]) => ids.reduce((sum, id) => sum + logits[id]!, 0) / ids.length;
  switch (kind) {
    case 'logit_diff':
      return mean(a) - mean(b);
    case 'prob_diff':
      return softmaxOf(logits, a) - softmaxOf(logits, b);
    case 'log_prob':
      return Math.log(softmaxOf(logits, a));
    default:
      return mean(a);
  }
}

/** The summed probability of some tokens. */
function softmaxOf(logits: Float32Array, ids: readonly number[]): number {
  let [largest, total] = [-Infinity, 0];
  for (const logit of logits) largest = Math.max(largest, logit);
  for (const logit of logits) total += Math.exp(logit - largest);
  return ids.reduce((sum, id) => sum + Math.exp(logits[id]! - largest), 0) / total;
}

/** What two values of a metric say against the experiment, or null. */
function judge({ text, kind }: AnswerMetric, clean: number, corrupted: number): string | null {
  const numbers = `${text} is ${shortNumber(clean)} on the clean prompt and ${shortNumber(corrupted)} on the corrupted one`;
  if (corrupted >= clean)
    return `${numbers}: the corrupted run satisfies the metric already, so that patching has nothing to restore. Exchange the prompts or the answers.`;
  if (DIFFERENCES.has(kind) && corrupted > 0)
    return `${numbers}: the corrupted run prefers the right answer too, so that patching shows how strongly and not whether. Choose another corrupted prompt or wrong answer.`;
  if (DIFFERENCES.has(kind) && clean < 0)
    return `${numbers}: the clean run does not prefer the right answer itself, so that there is little to explain.`;
  return null;
}
