/** Choosing a token from logits. */

/** ln softmax, the sum in float64. Plain loops: a vocabulary is long and this runs for every token. */
export function logSoftmax(logits: Float32Array): Float32Array {
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - max);
  const shift = max + Math.log(sum);
  const logProbs = new Float32Array(logits.length);
  for (let i = 0; i < logits.length; i++) logProbs[i] = logits[i]! - shift;
  return logProbs;
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
