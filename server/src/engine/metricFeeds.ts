/** What a run is fed so that it computes a metric (`MetricKind` has the formulas). */
import type { MetricSpec } from './causal/requests';
import { integers, RunError } from './feeds';
import type { Tensor } from './ort';

/**
 * Feeds of a metric that is averaged over the positions `readAt` of rows of tokens; those of `kl` without the reference.
 * @throws RunError when a position has no next token (loss)
 */
export function rowFeeds(
  spec: MetricSpec,
  readAt: readonly number[],
  tokens: readonly (readonly number[])[],
): Map<string, Tensor> {
  const share = 1 / readAt.length;
  return new Map<string, Tensor>([
    ['rows', integers(readAt)],
    ['metric.weights', floats(readAt.map(() => share))],
    ...answerFeeds(spec),
    ...(spec.kind === 'loss' ? [targetFeed(readAt, tokens)] : []),
  ]);
}

/** Token ids with their weights: means of logits, sums of probabilities. */
export function answerFeeds({ kind, a, b }: MetricSpec): [string, Tensor][] {
  if (a.length === 0) return [];
  const isMean = kind === 'logit' || kind === 'logit_diff';
  const weight = (group: readonly number[], sign: number) =>
    group.map(() => (isMean ? sign / group.length : sign));
  return [
    ['metric.ids', integers([...a, ...b])],
    ['metric.signs', floats([...weight(a, 1), ...weight(b, -1)])],
  ];
}

function targetFeed(readAt: readonly number[], tokens: readonly (readonly number[])[]): [string, Tensor] {
  const targets = tokens.flatMap((row) => readAt.map((position) => nextToken(row, position)));
  return ['metric.targets', integers(targets, [tokens.length, readAt.length])];
}

/** @throws RunError when there is none */
export function nextToken(tokens: readonly number[], position: number): number {
  const next = tokens[position + 1];
  if (next !== undefined) return next;
  throw new RunError(
    `the loss at position ${position} needs a token after it, and there are ${tokens.length} tokens`,
  );
}

function floats(values: readonly number[]): Tensor {
  return { data: Float32Array.from(values), dims: [values.length] };
}
