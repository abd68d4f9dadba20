/** Choosing a token from logits. */

/** ln softmax, in float64 for the sum. */
export function logSoftmax(logits: Float32Array): Float32Array {
  const max = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  const shift = max + Math.log(sum);
  return logits.map((logit) => logit - shift);
}

/** The likeliest token at temperature 0 (the lowest id of equals), else one drawn from p^(1/temperature). */
export function sample(logProbs: Float32Array, temperature: number, random: () => number): number {
  if (temperature === 0) return argmax(logProbs);
  const weights = logSoftmax(logProbs.map((logProb) => logProb / temperature));
  let rest = random();
  for (let id = 0; id < weights.length; id++) {
    rest -= Math.exp(weights[id]!);
    if (rest < 0) return id;
  }
  return argmax(logProbs);
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
