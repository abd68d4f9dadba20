/** Shapes are checked as a graph is written: a mistake names the shapes at once, not when it runs. */
import { describe, expect, it } from 'vitest';
import { Builder } from './builder';
import { broadcast, broadcastAxes, elementCount, ShapeError } from './shapes';
import type { Value } from './types';

const b = new Builder();
const x = b.input('x', ['batch', 'pos', 4]);
const rows = b.input('rows', ['pos', 4]);

describe('shapes that do not fit', () => {
  const wrong: [string, () => unknown, RegExp][] = [
    ['elementwise', () => b.add(x, b.input('y', [3])), /\[batch, pos, 4\] and \[3\] do not broadcast/],
    ['named against fixed', () => b.mul(x, b.input('z', [5, 4])), /\[batch, pos, 4\] and \[5, 4\]/],
    ['matmul', () => b.matmul(rows, rows), /matmul of \[pos, 4\] and \[pos, 4\]/],
    ['matmul batches', () => b.matmul(b.input('m', [2, 3, 4]), b.input('n', [3, 4, 5])), /\[2\] and \[3\]/],
    ['linear', () => b.linear(x, b.weight('w', [5, 4])), /linear of \[batch, pos, 4\] by \[5, 4\]/],
    ['linear transposed', () => b.linear(x, b.weight('v', [4, 5]), null, true), /transposed: true/],
    ['linear by more axes', () => b.linear(x, b.weight('u', [4, 2, 2])), /by \[4, 2, 2\]/],
    ['linear bias', () => b.linear(x, b.weight('t', [4, 5]), b.weight('bias', [4])), /bias \[4\]/],
    ['reshape', () => b.reshape(x, ['batch', 'pos', 5]), /reshape of \[batch, pos, 4\] to \[batch, pos, 5\]/],
    ['reshape of names', () => b.reshape(x, ['batch', 4]), /reshape/],
    ['split', () => b.split(x, 2, [1, 2]), /split of \[batch, pos, 4\]/],
    ['concat', () => b.concat([x, b.input('c', ['batch', 2, 5])], 1), /concat of .*\[batch, 2, 5\]/],
    ['transpose', () => b.transpose(x, [0, 1]), /transpose of \[batch, pos, 4\]/],
    ['topk', () => b.topk(x, 5), /top 5 of \[batch, pos, 4\]/],
    ['topkMask', () => b.topkMask(x, 5), /top 5 of \[batch, pos, 4\]/],
    ['broadcastLike', () => b.broadcastLike(x, rows), /\[batch, pos, 4\].*\[pos, 4\]/],
  ];
  it.each(wrong)('%s', (_, write, message) => {
    expect(write).toThrow(ShapeError);
    expect(write).toThrow(message);
  });
});

describe('shapes that do', () => {
  const right: [string, Value, readonly (number | string)[]][] = [
    ['broadcasting from the right', b.add(x, b.input('r', ['pos', 1])), ['batch', 'pos', 4]],
    ['broadcasting to more axes', b.add(b.scalar(1), rows), ['pos', 4]],
    ['matmul', b.matmul(x, b.transpose(rows, [1, 0])), ['batch', 'pos', 'pos']],
    ['sum', b.sum(x, [0, -1]), ['pos']],
    ['sum, kept', b.sum(x, [-1], true), ['batch', 'pos', 1]],
    ['unflatten', b.unflatten(x, [2, 2]), ['batch', 'pos', 2, 2]],
    [
      'concat of named lengths',
      b.concat([b.input('p', ['batch', 'past', 4]), x], 1),
      ['batch', 'past+pos', 4],
    ],
    ['take', b.take(x, b.input('i', ['n'], 'int64'), -1), ['batch', 'pos', 'n']],
  ];
  it.each(right)('%s', (_, value, shape) => {
    expect(value.shape).toEqual(shape);
  });

  it('tell where something was repeated', () => {
    expect(broadcast(['a', 1, 3], [2, 3])).toEqual(['a', 2, 3]);
    expect(broadcastAxes([1, 3], ['a', 2, 3])).toEqual([0, 1]);
    expect(broadcastAxes([], [2])).toEqual([0]);
    expect(elementCount([2, 3])).toBe(6);
    expect(() => elementCount(['a'])).toThrow(/\[a\] is not known before it runs/);
  });
});

describe('asking twice', () => {
  it('for an input, a weight or a scalar gives one', () => {
    const fresh = new Builder();
    expect(fresh.input('x', [2])).toBe(fresh.input('x', [2]));
    expect(fresh.weight('w', [2])).toBe(fresh.weight('w', [2]));
    expect(fresh.weight('w', [2, 1])).not.toBe(fresh.weight('w', [2]));
    expect(fresh.scalar(2)).toBe(fresh.scalar(2));
    expect(fresh.build().nodes).toHaveLength(4);
  });

  it('also when a graph is written on', () => {
    const first = new Builder();
    const known = first.input('x', [2]);
    first.output('x', known);
    expect(new Builder(first.build()).input('x', [2])).toBe(known);
  });
});
