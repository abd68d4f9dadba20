/** Metrics of the logits as graph functions; formulas in words at `MetricKind`. */
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/types';
import type { MetricKind } from './plan';

/**
 * The metric [batch] of logits [batch, pos, vocabulary], or [batch, 1, vocabulary] when only its row was computed.
 * KL is KL(clean || this run), in nats.
 */
export function metricValue(b: Builder, logits: Value, kind: MetricKind, oneRow: boolean): Value {
  if (kind === 'loss') return loss(b, logits);
  const vocabulary = logits.shape.at(-1)!;
  const row = oneRow ? logits : b.take(logits, b.input('metric.row', ['row'], 'int64'), 1);
  const last = b.sum(row, [1]);
  const answer = (name: string) => b.input(`metric.${name}`, ['batch'], 'int64');
  switch (kind) {
    case 'logit':
      return b.pick(last, answer('a'));
    case 'logit_diff':
      return b.sub(b.pick(last, answer('a')), b.pick(last, answer('b')));
    case 'log_prob':
      return b.pick(b.logSoftmax(last), answer('a'));
    case 'prob_diff': {
      const probabilities = b.softmax(last);
      return b.sub(b.pick(probabilities, answer('a')), b.pick(probabilities, answer('b')));
    }
    case 'kl': {
      const clean = b.input('metric.clean', ['batch', vocabulary]);
      return b.sum(b.mul(b.exp(clean), b.sub(clean, b.logSoftmax(last))), [1]);
    }
  }
}

function loss(b: Builder, logits: Value): Value {
  const targets = b.input('targets', ['batch', 'pos'], 'int64');
  const weights = b.input('metric.weights', ['batch', 'pos']);
  return b.neg(b.sum(b.mul(weights, b.pick(b.logSoftmax(logits), targets)), [1]));
}
