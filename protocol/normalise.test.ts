import { describe, expect, it } from 'vitest';
import {
  flattened,
  inUnit,
  mapNested,
  nestedAs,
  normalisationProblem,
  type Unit,
  unitsOf,
  unitWords,
  type UnitSource,
} from './normalise';

const source: UnitSource = {
  kind: 'patch',
  direction: 'denoise',
  metric: 'logit_diff:1,2',
  clean: 5,
  corrupted: -3,
};
const gap = (metric: string, clean: number, corrupted: number) =>
  unitsOf({ ...source, metric, clean, corrupted }).includes('recovered');
const all = (value: number, run: UnitSource) =>
  Object.fromEntries(
    (['value', 'change', 'recovered', 'effect'] as Unit[]).map((unit) => [unit, inUnit(value, unit, run)]),
  );

describe('unitsOf', () => {
  it('takes no share of a difference that is rounding: logits and probabilities are larger than what is left of them', () => {
    expect(gap('kl', -1.01e-7, -4.9e-8)).toBe(false);
    expect(gap('logit_diff:3,4', 0.0136542, 0.0136533)).toBe(false);
    expect(gap('prob_diff:3,4', 1.7323e-9, 1.7321e-9)).toBe(false);
    expect(gap('kl', 0, 1e-3)).toBe(true);
    expect(gap('logit_diff:3,4', 0.0136, 0.0137)).toBe(true);
    expect(gap('feature:d#1', 1e-8, 2e-8)).toBe(true);
  });
});

describe('inUnit', () => {
  it('reads a denoised value against both ends', () => {
    expect(all(1, source)).toEqual({ value: 1, change: 4, recovered: 0.5, effect: 0.5 });
    expect(all(5, source)).toEqual({ value: 5, change: 8, recovered: 1, effect: 0 });
    expect(all(-5, source)).toEqual({ value: -5, change: -2, recovered: -0.25, effect: 1.25 });
  });

  it('measures the change of a noised value from the clean run', () => {
    expect(all(3, { ...source, direction: 'noise' })).toEqual({
      value: 3,
      change: -2,
      recovered: 0.75,
      effect: 0.25,
    });
  });

  it('takes attributions as changes', () => {
    const run: UnitSource = { ...source, kind: 'attribute' };
    expect(all(4, run)).toEqual({ value: 4, change: 4, recovered: 0.5, effect: 0.5 });
    expect(all(-2, { ...run, direction: 'noise' })).toMatchObject({
      change: -2,
      recovered: 0.75,
      effect: 0.25,
    });
  });

  it('measures an ablation without a corrupted run against 0, where 0 means something', () => {
    const run: UnitSource = { ...source, kind: 'ablate', direction: null, corrupted: null };
    expect(all(1, run)).toEqual({ value: 1, change: -4, recovered: null, effect: 0.8 });
    expect(inUnit(1, 'effect', { ...run, metric: 'log_prob:3' })).toBeNull();
    expect(unitsOf(run)).toEqual(['value', 'change', 'effect']);
    expect(unitsOf({ ...run, metric: 'loss' })).toEqual(['value', 'change']);
    expect(unitWords('effect', run)).toMatch(/where the metric is 0/);
  });

  it('is null where clean and corrupted values are equal, and says why', () => {
    const run: UnitSource = { ...source, clean: 2, corrupted: 2.000001 };
    expect(all(4, run)).toMatchObject({ recovered: null, effect: null });
    expect(all(4, run)['change']).toBeCloseTo(2, 5);
    expect(normalisationProblem(run)).toMatch(/same metric \(2\)/);
    expect(normalisationProblem(source)).toBeNull();
    expect(unitsOf(run)).toEqual(['value', 'change']);
  });

  it('keeps null, and leaves readings as they are', () => {
    expect(inUnit(null, 'recovered', source)).toBeNull();
    for (const kind of ['direct', 'lens', 'attention'] as const) {
      expect(all(1, { ...source, kind })).toEqual({ value: 1, change: null, recovered: null, effect: null });
      expect(unitsOf({ ...source, kind })).toEqual(['value']);
    }
    expect(inUnit(1, 'change', { ...source, corrupted: null })).toBeNull();
  });
});

describe('nested numbers', () => {
  it('are taken apart, changed and put together in their order', () => {
    const nested = nestedAs([1, 2, 3, null, 5, 6], [2, 3]);
    expect(nested).toEqual([
      [1, 2, 3],
      [null, 5, 6],
    ]);
    expect(flattened(nested)).toEqual([1, 2, 3, null, 5, 6]);
    expect(mapNested(nested, (value) => inUnit(value, 'change', source))).toEqual([
      [4, 5, 6],
      [null, 8, 9],
    ]);
    expect(nestedAs([7], [])).toEqual([7]);
    expect(nestedAs([], [0, 3])).toEqual([]);
  });
});
