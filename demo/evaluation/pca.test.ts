import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { eigenvectors, moments, pcaExplained, totalVariance } from './pca';

/** Rows whose columns are independent with the given deviations, turned by 30 degrees in the first two. */
function rows(count: number, deviations: readonly number[], seed: number): Float32Array {
  const random = new Random(seed);
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const data = new Float32Array(count * deviations.length);
  for (let row = 0; row < count; row++) {
    const values = deviations.map((deviation) => deviation * random.normal());
    const [x, y] = [values[0]!, values[1]!];
    data.set([c * x - s * y + 5, s * x + c * y, ...values.slice(2)], row * deviations.length);
  }
  return data;
}

describe('pca', () => {
  it('finds eigenvalues and orthonormal eigenvectors', () => {
    const matrix = Float64Array.of(4, 1, 0, 1, 4, 0, 0, 0, 2);
    const { values, vectors } = eigenvectors(matrix, 3);
    expect(values[0]).toBeCloseTo(5, 10);
    expect(values[1]).toBeCloseTo(3, 10);
    expect(values[2]).toBeCloseTo(2, 10);
    expect(Math.abs(vectors[0]![0]!)).toBeCloseTo(Math.SQRT1_2, 10);
    expect(vectors[0]!.reduce((sum, value, i) => sum + value * vectors[1]![i]!, 0)).toBeCloseTo(0, 10);
  });

  it('explains the share of variance that lies in the first directions', () => {
    const deviations = [4, 3, 1, 0.5];
    const train = moments(rows(20_000, deviations, 1), 20_000);
    const heldOut = moments(rows(20_000, deviations, 2), 20_000);
    const total = 16 + 9 + 1 + 0.25;
    expect(totalVariance(heldOut)).toBeGreaterThan(0.97 * total);
    expect(totalVariance(heldOut)).toBeLessThan(1.03 * total);
    expect(pcaExplained(train, heldOut, 1)).toBeCloseTo(16 / total, 1);
    expect(pcaExplained(train, heldOut, 2)).toBeCloseTo(25 / total, 1);
    expect(pcaExplained(train, heldOut, 4)).toBeCloseTo(1, 3);
  });
});
