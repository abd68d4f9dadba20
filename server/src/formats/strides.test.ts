import { describe, expect, it } from 'vitest';
import { gather, isRowMajor, spanOf } from './strides';

describe('isRowMajor', () => {
  it.each<[number[], number[], boolean]>([
    [[], [], true],
    [[2, 3], [3, 1], true],
    [[3, 2], [1, 3], false],
    [[1, 3], [99, 1], true],
    [[3, 1], [1, 7], true],
    [[0, 3], [5, 5], true],
    [[2], [0], false],
  ])('of %j by %j is %j', (shape, strides, answer) => {
    expect(isRowMajor(shape, strides)).toBe(answer);
  });
});

describe('gather', () => {
  it.each([1, 2, 4, 8])('transposes elements of %i bytes', (width) => {
    const element = (i: number) => Array.from({ length: width }, (_, byte) => 16 * i + byte);
    const elements = (order: readonly number[]) => Uint8Array.from(order.flatMap(element));
    const transposed = gather(elements([0, 1, 2, 3, 4, 5]), [3, 2], [1, 3], width);
    expect(transposed).toEqual(elements([0, 3, 1, 4, 2, 5]));
  });

  it('repeats, skips, and leaves nothing empty undone', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5);
    expect([...gather(bytes, [2, 2], [0, 2], 1)]).toEqual([1, 3, 1, 3]);
    expect([...gather(bytes, [2, 2, 1], [3, 1, 9], 1)]).toEqual([1, 2, 4, 5]);
    expect([...gather(bytes, [2, 0], [1, 1], 1)]).toEqual([]);
    expect(spanOf([2, 2, 1], [3, 1, 9])).toBe(5);
    expect(spanOf([2, 0], [1, 1])).toBe(0);
  });
});
