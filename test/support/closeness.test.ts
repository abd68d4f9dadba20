import { describe, expect, it } from 'vitest';
import { relativeError } from './closeness';

describe('relativeError', () => {
  it('is zero for equal tensors, masked scores included', () => {
    expect(relativeError([1, -Infinity, 0, 3], [1, -Infinity, 0, 3], 2)).toBe(0);
  });

  it('measures each row by its own size, so that a large row hides nothing', () => {
    expect(relativeError([1000, 1000, 1.5, 2], [1000, 1000, 1, 2], 2)).toBeCloseTo(0.25, 12);
    expect(relativeError([1000, 1001, 1, 2], [1000, 1000, 1, 2], 2)).toBeCloseTo(0.001, 12);
  });

  it('never measures a row by less than a thousandth of the largest entry', () => {
    expect(relativeError([2000, 0, 0.5, 0], [2000, 0, 0, 0], 2)).toBeCloseTo(0.25, 12);
  });

  it('sets no scale by infinite entries', () => {
    expect(relativeError([-Infinity, 1.5], [-Infinity, 1], 2)).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['a NaN', [NaN, 1], [0, 1]],
    ['a NaN in the reference', [0, 1], [NaN, 1]],
    ['an infinity where the reference is finite', [-Infinity, 1], [0, 1]],
    ['a finite number where the reference is masked', [-1e9, 1], [-Infinity, 1]],
    ['the wrong infinity', [Infinity, 1], [-Infinity, 1]],
    ['anything but zero against zeros', [1e-30, 0], [0, 0]],
  ])('is infinite for %s', (_, actual, reference) => {
    expect(relativeError(actual, reference, 2)).toBe(Infinity);
  });

  it('refuses tensors of different sizes', () => {
    expect(() => relativeError([1, 2], [1, 2, 3], 1)).toThrow('2 numbers with a reference of 3');
    expect(() => relativeError([1, 2, 3], [1, 2, 3], 2)).toThrow('rows of 2');
    expect(() => relativeError([1], [1], 0)).toThrow('rows of 0');
  });
});
