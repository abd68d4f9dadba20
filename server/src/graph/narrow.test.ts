import { describe, expect, it } from 'vitest';
import { interpret, type Numbers } from '../../../test/support/interpret';
import { Builder } from './builder';
import { narrowTakes } from './narrow';
import { type Graph, isOp, type Value } from './types';

const numbers = (dims: readonly number[]): Numbers => ({
  data: Float64Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(3 * i + dims.length),
  ),
  dims,
});

const fed = new Map<string, Numbers>([
  ['x', numbers([2, 5, 4])],
  ['mask', numbers([5, 5])],
  ['w', numbers([4, 6])],
  ['turned', numbers([6, 4])],
  ['bias', numbers([6])],
  ['rows', { data: Float64Array.of(4, 1), dims: [2] }],
]);

function positions(b: Builder): Value {
  return b.input('rows', ['row'], 'int64');
}

/** One head of attention with a residual connection and a linear layer, of which two positions are wanted. */
function attention(): Graph {
  const b = new Builder();
  const x = b.input('x', ['batch', 'pos', 4]);
  const heads = b.transpose(b.unflatten(x, [2, 2]), [0, 2, 1, 3]);
  const scores = b.add(b.matmul(heads, b.transpose(heads, [0, 1, 3, 2])), b.input('mask', ['pos', 'pos']));
  const z = b.matmul(b.softmax(scores), heads);
  const mixed = b.add(x, b.flatten(b.transpose(z, [0, 2, 1, 3])));
  const hidden = b.linear(b.hook('mid', mixed), b.weight('w', [4, 6]), b.weight('bias', [6]));
  b.output('y', b.take(b.sum(b.square(hidden), [2], true), positions(b), 1));
  b.output('z', b.take(b.geluTanh(hidden), positions(b), 1));
  return b.build();
}

function expectSame(graph: Graph): Graph {
  const narrowed = narrowTakes(graph);
  const [before, after] = [interpret(graph, fed), interpret(narrowed, fed)];
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [name, { data, dims }] of before) {
    expect(after.get(name)!.dims).toEqual(dims);
    data.forEach((value, i) => {
      expect(after.get(name)!.data[i], name).toBeCloseTo(value, 12);
    });
  }
  return narrowed;
}

const shapesOf = (graph: Graph, op: 'linear' | 'softmax' | 'square') =>
  graph.nodes.filter((node) => isOp(node, op)).map((node) => node.outputs[0]!.shape);

describe('narrowTakes', () => {
  it('computes taken positions alone where nobody needs the others', () => {
    const b = new Builder();
    const x = b.input('x', ['batch', 'pos', 4]);
    const y = b.relu(b.linear(b.mul(x, b.scalar(2)), b.weight('w', [4, 6]), b.weight('bias', [6])));
    b.output('y', b.take(y, positions(b), 1));
    expect(shapesOf(expectSame(b.build()), 'linear')).toEqual([['batch', 'row', 6]]);
  });

  it('computes taken outputs of a linear map alone, whichever way its weight lies', () => {
    for (const transposed of [false, true]) {
      const b = new Builder();
      const x = b.input('x', ['batch', 'pos', 4]);
      const weight = b.weight(transposed ? 'turned' : 'w', transposed ? [6, 4] : [4, 6]);
      const y = b.linear(x, weight, b.weight('bias', [6]), transposed);
      b.output('y', b.take(b.hook('logits', y), positions(b), -1));
      expect(shapesOf(expectSame(b.build()), 'linear')).toEqual([['batch', 'pos', 'row']]);
    }
  });

  it('stops at what mixes positions, and takes there', () => {
    const narrowed = expectSame(attention());
    expect(shapesOf(narrowed, 'softmax')).toEqual([['batch', 2, 'pos', 'pos']]);
    expect(shapesOf(narrowed, 'square')).toEqual([['batch', 'pos', 6]]);
  });

  it('follows queries through attention, whose keys stay whole', () => {
    const b = new Builder();
    const x = b.input('x', ['batch', 'pos', 4]);
    const mask = b.input('mask', ['pos', 'pos']);
    const pattern = b.softmax(b.add(b.matmul(x, b.transpose(x, [0, 2, 1])), mask));
    b.output('y', b.take(b.matmul(pattern, x), positions(b), 1));
    expect(shapesOf(expectSame(b.build()), 'softmax')).toEqual([['batch', 'row', 'pos']]);
  });

  it('takes of what was taken', () => {
    const b = new Builder();
    const x = b.input('x', ['batch', 'pos', 4]);
    const taken = b.take(b.square(x), positions(b), 1);
    b.output('y', b.take(taken, b.constant(BigInt64Array.of(2n, 0n, 3n), [3]), 2));
    expect(shapesOf(expectSame(b.build()), 'square')).toEqual([['batch', 'row', 4]]);
  });

  it('keeps whole what is a result itself or taken in two ways', () => {
    const b = new Builder();
    const x = b.input('x', ['batch', 'pos', 4]);
    const y = b.square(x);
    b.output('whole', y);
    b.output('part', b.take(y, positions(b), 1));
    const other = b.square(b.neg(x));
    b.output('one', b.take(other, positions(b), 1));
    b.output('two', b.take(other, b.constant(BigInt64Array.of(0n), [1]), 1));
    expect(shapesOf(expectSame(b.build()), 'square')).toEqual([
      ['batch', 'pos', 4],
      ['batch', 'pos', 4],
    ]);
  });
});
