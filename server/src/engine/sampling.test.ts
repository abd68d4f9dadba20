import { describe, expect, it } from 'vitest';
import { logSoftmax, sample } from './sampling';

const logits = Float32Array.of(1, 3, 2, -Infinity);
const never = () => {
  throw new Error('greedy choice draws nothing');
};

/** How often each id is drawn over evenly spread draws. */
function frequencies(temperature: number): number[] {
  const draws = 10_000;
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) counts[sample(logSoftmax(logits), temperature, () => (i + 0.5) / draws)]!++;
  return counts.map((count) => count / draws);
}

describe('logSoftmax', () => {
  it('is ln softmax, also of large logits', () => {
    const [a, b] = logSoftmax(Float32Array.of(1000, 1000 + Math.log(3)));
    expect(a).toBeCloseTo(Math.log(0.25), 3);
    expect(b).toBeCloseTo(Math.log(0.75), 3);
    expect(logSoftmax(logits)[3]).toBe(-Infinity);
  });
});

describe('sample', () => {
  it('takes the likeliest at temperature 0, the lowest id of equals', () => {
    expect(sample(logits, 0, never)).toBe(1);
    expect(sample(Float32Array.of(1, 2, 2), 0, never)).toBe(1);
  });

  it.each([1, 0.5, 2])('draws from p^(1/temperature): %f', (temperature) => {
    const weights = [...logits].map((logit) => Math.exp(logit / temperature));
    const sum = weights.reduce((a, b) => a + b, 0);
    frequencies(temperature).forEach((frequency, id) => {
      expect(frequency).toBeCloseTo(weights[id]! / sum, 3);
    });
  });

  it('gives an id of the vocabulary even when rounding leaves the last draw over', () => {
    expect(sample(logSoftmax(logits), 1, () => 1 - 2 ** -53)).toBeLessThan(3);
  });
});
