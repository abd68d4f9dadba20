import { describe, expect, it } from 'vitest';
import { adamStep, cosineRate, squaredNorm, trained } from './adam';

const settings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 };

describe('adamStep', () => {
  it('makes a first step of the learning rate against the gradient, whatever its size', () => {
    const parameter = trained(Float32Array.of(1, 1, 1), false);
    adamStep(parameter, Float32Array.of(1e-3, -50, 0), 1, 0.01, 1, settings);
    expect(parameter.data[0]).toBeCloseTo(0.99, 4);
    expect(parameter.data[1]).toBeCloseTo(1.01, 4);
    expect(parameter.data[2]).toBe(1);
  });

  it('decays only what is to decay', () => {
    const parameter = trained(Float32Array.of(2), true);
    adamStep(parameter, Float32Array.of(0), 1, 0.01, 1, settings);
    expect(parameter.data[0]).toBeCloseTo(2 * (1 - 0.001), 6);
  });

  it('finds the minimum of a quadratic', () => {
    const parameter = trained(Float32Array.of(5, -3), false);
    for (let step = 1; step <= 400; step++) {
      const gradient = parameter.data.map((value, i) => 2 * (value - i));
      adamStep(parameter, gradient, 1, cosineRate(step - 1, 400, 10, 0.1, 0), step, settings);
    }
    expect(parameter.data[0]).toBeCloseTo(0, 2);
    expect(parameter.data[1]).toBeCloseTo(1, 2);
  });
});

describe('cosineRate', () => {
  it('warms up, falls and ends on its floor', () => {
    expect(cosineRate(0, 100, 10, 1, 0.1)).toBeCloseTo(0.1, 10);
    expect(cosineRate(10, 100, 10, 1, 0.1)).toBeCloseTo(1, 10);
    expect(cosineRate(55, 100, 10, 1, 0.1)).toBeCloseTo(0.55, 10);
    expect(cosineRate(150, 100, 10, 1, 0.1)).toBeCloseTo(0.1, 10);
  });
});

describe('squaredNorm', () => {
  it('sums over tensors', () => {
    expect(squaredNorm([Float32Array.of(1, 2), Float32Array.of(3)])).toBe(14);
  });
});
