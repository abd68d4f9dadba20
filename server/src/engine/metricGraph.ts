/** Metrics of a run as graph functions; formulas in words at `MetricKind`. */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';
import type { MetricKind } from './plan';

/** Where a metric reads: logits [batch, pos, vocabulary], or of the fed rows alone, and features [batch, pos, feature]. */
export interface MetricSources {
  readonly logits: Value;
  /** Does `logits` hold only the positions in `rows`? */
  readonly rowsOnly: boolean;
  /** For the metric `feature`. */
  readonly features: Value | null;
}

/** The metric at every fed row [batch, row]. */
export function metricRows(b: Builder, sources: MetricSources, kind: MetricKind): Value {
  if (kind === 'feature') return sumLast(b, answers(b, atRows(b, sources.features!)));
  const logits = sources.rowsOnly ? sources.logits : atRows(b, sources.logits);
  switch (kind) {
    case 'logit':
    case 'logit_diff':
      return weightedAnswers(b, logits);
    case 'prob_diff':
      return weightedAnswers(b, b.softmax(logits));
    case 'log_prob':
      return logSumExp(b, answers(b, b.logSoftmax(logits)));
    case 'kl':
      return divergence(b, b.logSoftmax(logits));
    case 'loss':
      return b.neg(b.pick(b.logSoftmax(logits), b.input('metric.targets', ['batch', 'row'], 'int64')));
  }
}

/** The metric [batch] from its rows. */
export function metricValue(b: Builder, rows: Value): Value {
  return b.sum(b.mul(rows, b.input('metric.weights', ['row'])), [1]);
}

/** The fed positions of a value [batch, pos, n]. */
export function atRows(b: Builder, x: Value): Value {
  return b.take(x, b.input('rows', ['row'], 'int64'), 1);
}

function answers(b: Builder, x: Value): Value {
  return b.take(x, b.input('metric.ids', ['answer'], 'int64'), -1);
}

function weightedAnswers(b: Builder, x: Value): Value {
  return sumLast(b, b.mul(answers(b, x), b.input('metric.signs', ['answer'])));
}

function divergence(b: Builder, logProbs: Value): Value {
  const vocabulary = logProbs.shape.at(-1)!;
  const clean = b.input('metric.clean', ['reference', vocabulary]);
  const p = b.rows(clean, b.input('metric.reference', ['row'], 'int64'));
  return sumLast(b, b.mul(b.exp(p), b.sub(p, logProbs)));
}

/** ln sum exp over the last axis: x - logSoftmax(x) is that at every entry; the largest loses least to rounding. */
function logSumExp(b: Builder, x: Value): Value {
  return sumLast(b, b.mul(b.topkMask(x, 1), b.sub(x, b.logSoftmax(x))));
}

function sumLast(b: Builder, x: Value): Value {
  return b.sum(x, [-1]);
}
