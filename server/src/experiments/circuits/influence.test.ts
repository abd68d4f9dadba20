import { describe, expect, it } from 'vitest';
import { flowOf } from './influence';
import { denseInfluence, denseMatrix, logitWeights, normalised } from './testing/denseCircuit';
import { circuitOf, randomCircuit } from './testing/randomCircuit';

const influenceOf = (circuit: Parameters<typeof flowOf>[0]) => [...flowOf(circuit).influence];

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 12);
  });
}

describe('influence', () => {
  it.each([1, 2, 3, 4, 5, 6])('equals the sum of matrix powers on random graph %i', (seed) => {
    const circuit = randomCircuit(seed, 8 * seed, seed / 8);
    const expected = denseInfluence(normalised(denseMatrix(circuit)), logitWeights(circuit));
    expectClose(influenceOf(circuit), expected);
  });

  it('passes on what a node has by the magnitudes of the edges into it', () => {
    const circuit = circuitOf(
      ['feature', 'error', 'token', 'logit 0.5'],
      [
        [0, 3, -3],
        [1, 3, 1],
        [1, 0, 2],
        [2, 0, -6],
      ],
    );
    const feature = 0.5 * 0.75;
    expectClose(influenceOf(circuit), [feature, 0.125 + feature * 0.25, feature * 0.75, 0]);
  });

  it('does not depend on the order of nodes and edges', () => {
    const forwards = circuitOf(
      ['token', 'feature', 'feature', 'logit 1'],
      [
        [0, 1, 1],
        [1, 2, 1],
        [0, 2, 1],
        [2, 3, 5],
      ],
    );
    const backwards = circuitOf(
      ['logit 1', 'feature', 'feature', 'token'],
      [
        [1, 0, 5],
        [3, 1, 1],
        [2, 1, 1],
        [3, 2, 1],
      ],
    );
    expectClose(influenceOf(backwards), influenceOf(forwards).toReversed());
  });

  it('adds up cycles, as files may have them', () => {
    // Half of what reaches either feature goes to the other.
    const circuit = circuitOf(
      ['feature', 'feature', 'token', 'logit 1'],
      [
        [0, 3, 1],
        [0, 1, 1],
        [1, 0, 1],
        [2, 0, 1],
        [2, 1, 1],
      ],
    );
    expect(flowOf(circuit).byTarget.order).toBeNull();
    expectClose(influenceOf(circuit), [4 / 3, 2 / 3, 1, 0]);
    const expected = denseInfluence(normalised(denseMatrix(circuit)), logitWeights(circuit));
    expectClose(influenceOf(circuit), expected);
  });

  it('ends where influence circulates for ever', () => {
    const circuit = circuitOf(
      ['feature', 'feature', 'logit 1'],
      [
        [0, 2, 1],
        [0, 1, 1],
        [1, 0, 1],
      ],
    );
    expect(influenceOf(circuit)).toEqual([500, 500, 0]);
    expect(influenceOf(circuitOf(['logit 1'], [[0, 0, 1]]))).toEqual([1000]);
  });

  it('counts a weight that is no number as none, and survives sums without size', () => {
    const circuit = circuitOf(
      ['token', 'token', 'feature', 'logit 1'],
      [
        [0, 3, NaN],
        [1, 3, Infinity],
        [2, 3, 2],
        [0, 2, 0],
        [1, 2, 1e-12],
      ],
    );
    expectClose(influenceOf(circuit), [0, 0.01, 1, 0]);
  });

  it('has none without logits, edges or nodes', () => {
    expect(influenceOf(circuitOf([], []))).toEqual([]);
    expect(influenceOf(circuitOf(['feature', 'logit 1'], []))).toEqual([0, 0]);
    expect(influenceOf(circuitOf(['token', 'feature'], [[0, 1, 1]]))).toEqual([0, 0]);
  });
});
