/** Settings of AdamW (Loshchilov & Hutter, arXiv 1711.05101). */
export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** One tensor under training, with its running moments. */
export interface Trained {
  readonly data: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly decays: boolean;
}

export function trained(data: Float32Array, decays: boolean): Trained {
  return { data, first: new Float32Array(data.length), second: new Float32Array(data.length), decays };
}

/** Sum of the squares of all gradients. */
export function squaredNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients)
    for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
  return sum;
}

/** One AdamW step on a tensor, in place. `step` counts from 1, the gradient is multiplied by `gradientScale` first. */
export function adamStep(
  { data, first, second, decays }: Trained,
  gradient: Float32Array,
  gradientScale: number,
  learningRate: number,
  step: number,
  { beta1, beta2, epsilon, weightDecay }: AdamSettings,
): void {
  const rate = learningRate / (1 - beta1 ** step);
  const unbiased = 1 / (1 - beta2 ** step);
  const decay = decays ? 1 - learningRate * weightDecay : 1;
  for (let i = 0; i < data.length; i++) {
    const g = gradient[i]! * gradientScale;
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    data[i] = data[i]! * decay - (rate * m) / (Math.sqrt(v * unbiased) + epsilon);
  }
}

/** Linear warm-up, then half a cosine from `peak` down to `peak * floor`. */
export function cosineRate(step: number, steps: number, warmup: number, peak: number, floor: number): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const progress = (step - warmup) / Math.max(1, steps - warmup);
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress))));
}
