import { describe, expect, it } from 'vitest';
import { STEERING_METHODS, type FeatureChange } from '../../protocol/steeringPanel';
import { EXPLANATIONS, METHODS, readPositions, sliderRange, startValue, whereOf } from './methods';

function change(method: FeatureChange['method'], value = 1): FeatureChange {
  return { feature: { dictionary: 'd', index: 1 }, method, value, positions: 'all' };
}

it('has words for every method', () => {
  expect(METHODS.map(({ value }) => value).sort()).toEqual([...STEERING_METHODS].sort());
  for (const method of STEERING_METHODS) expect(EXPLANATIONS[method]).toMatch(/\.$/);
});

describe('sliderRange', () => {
  it('reaches to several times of what a feature is, and to the value', () => {
    expect(sliderRange(change('add'), 18)).toEqual({ min: -100, max: 100, step: 0.5 });
    expect(sliderRange(change('add', -300), 18)).toEqual({ min: -500, max: 500, step: 2.5 });
    expect(sliderRange(change('cap'), 18)).toMatchObject({ min: 0, max: 100 });
    expect(sliderRange(change('scale'), 18)).toMatchObject({ min: -5, max: 5 });
    expect(sliderRange(change('project', 7), 18)).toMatchObject({ max: 10 });
    expect(sliderRange(change('ablate'), 18)).toBeNull();
  });

  it('holds every value to begin with', () => {
    for (const scale of [0.003, 1, 18.3, 2500])
      for (const method of STEERING_METHODS) {
        const value = startValue(method, scale);
        const range = sliderRange(change(method, value), scale);
        if (range) expect(value >= range.min && value <= range.max, `${method} ${scale}`).toBe(true);
      }
  });
});

describe('positions', () => {
  it('are read as a list', () => {
    expect(readPositions('0, 3,-1')).toEqual([0, 3, -1]);
    expect(readPositions(' 4 5 ')).toEqual([4, 5]);
  });

  it.each(['', ' , ', '1.5', 'x', '1-2'])('are not %j', (text) => {
    expect(readPositions(text)).toBeNull();
  });

  it('are chosen ones when they are a list', () => {
    expect(whereOf(change('add'))).toBe('all');
    expect(whereOf({ ...change('add'), positions: [1] })).toBe('chosen');
  });
});
