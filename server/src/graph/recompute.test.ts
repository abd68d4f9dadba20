import { describe, expect, it } from 'vitest';
import { interpret, type Numbers } from '../../../test/support/interpret';
import { Builder } from './builder';
import { recompute } from './recompute';
import { withOutputs } from './rewrite';
import { hookPoints, type Value } from './types';

const vector = (...values: number[]): Numbers => ({ data: Float64Array.from(values), dims: [values.length] });

/** y = 2 (x + w) * (x - w), with the hook points `sum` and `double` on the way. */
function example() {
  const b = new Builder();
  const [x, w] = [b.input('x', [2]), b.weight('w', [2])];
  const sum = b.hook('sum', b.add(x, w));
  const double = b.hook('double', b.scale(sum, 2));
  const y = b.mul(double, b.sub(x, w));
  return { b, x, sum, double, y };
}

const fed = new Map([
  ['x', vector(3, 4)],
  ['w', vector(1, 2)],
  ['other', vector(10, 20)],
]);

function values(b: Builder, ...wanted: Value[]): number[][] {
  const outputs = new Map(wanted.map((value, i) => [`${i}`, value]));
  const results = interpret(withOutputs(b.build(), outputs), fed);
  return [...results.values()].map(({ data }) => [...data]);
}

describe('recompute', () => {
  it('gives what the target would be, and leaves what it was', () => {
    const { b, sum, y } = example();
    const changed = recompute(b, y, new Map([[sum, b.input('other', [2])]]));
    expect(values(b, y, changed)).toEqual([
      [2 * 4 * 2, 2 * 6 * 2],
      [2 * 10 * 2, 2 * 20 * 2],
    ]);
  });

  it('follows a value along all of its ways', () => {
    const { b, x, y } = example();
    expect(values(b, recompute(b, y, new Map([[x, b.input('other', [2])]])))).toEqual([
      [2 * 11 * 9, 2 * 22 * 18],
    ]);
  });

  it('holds a value that lies behind another at its substitute', () => {
    const { b, x, double, y } = example();
    const other = b.input('other', [2]);
    const both = new Map([
      [x, other],
      [double, other],
    ]);
    expect(values(b, recompute(b, y, both))).toEqual([[10 * 9, 20 * 18]]);
  });

  it('substitutes one result of several', () => {
    const b = new Builder();
    const [left, right] = b.split(b.input('x', [2]), 0, [1, 1]);
    const y = b.concat([right!, left!], 0);
    const seven = b.constant(Float32Array.of(7), [1]);
    expect(values(b, recompute(b, y, new Map([[left!, seven]])))).toEqual([[4, 7]]);
  });

  it('keeps the names of hook points where they were, and writes only what changes', () => {
    const { b, sum, double, y } = example();
    const before = b.build().nodes.length;
    recompute(b, y, new Map([[sum, b.input('other', [2])]]));
    expect(hookPoints(b.build()).get('double')).toBe(double);
    const written = b
      .build()
      .nodes.slice(before)
      .map(({ op }) => op);
    expect(written).toEqual(['input', 'mul', 'mul']);
  });

  it('gives the target itself where nothing leads to it', () => {
    const { b, sum, y } = example();
    expect(recompute(b, sum, new Map([[y, b.input('other', [2])]]))).toBe(sum);
    expect(values(b, recompute(b, y, new Map([[y, b.input('other', [2])]])))).toEqual([[10, 20]]);
  });
});
