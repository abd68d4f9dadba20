/** Distributions over the vocabulary, in float64. */

/** ln softmax of logits. */
export function logProbabilities(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  const shift = largest + Math.log(sum);
  return Float64Array.from(logits, (logit) => logit - shift);
}

/** KL(before || after) of two ln softmax, in nats. */
export function divergence(before: Float64Array, after: Float64Array): number {
  const sum = before.reduce(
    (total, logProb, i) =>
      logProb === -Infinity ? total : total + Math.exp(logProb) * (logProb - after[i]!),
    0,
  );
  return Math.max(0, sum);
}

export function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Indices of the `count` largest, largest first; of equals the lower index. */
export function strongest(values: Float64Array, count: number): number[] {
  if (count <= 0 || values.length === 0) return [];
  const least = values.slice().sort().at(-Math.min(count, values.length))!;
  const found: number[] = [];
  values.forEach((value, i) => {
    if (value >= least) found.push(i);
  });
  return found.sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}
