import { describe, expect, it } from 'vitest';
import { interpret } from '../../../test/support/interpret';
import { Builder } from './builder';
import { lengthsFromInputs } from './lengths';
import { slice } from './rewrite';

describe('lengths', () => {
  const program = (other: readonly (number | string)[]) => {
    const b = new Builder();
    const x = b.input('x', ['batch', 'pos', 4]);
    b.input('cotangent', other);
    b.output('ones', b.broadcastLike(b.scalar(1), b.exp(x)));
    return slice(lengthsFromInputs(b.build()));
  };
  const ops = (other: readonly (number | string)[]) => program(other).nodes.map(({ op }) => op);

  it('are read from an input of the same shape, and the value is not computed', () => {
    expect(ops(['batch', 'pos', 4])).not.toContain('exp');
    expect(program(['batch', 'pos', 4]).outputs.get('ones')!.shape).toEqual(['batch', 'pos', 4]);
  });

  it('are read from an input that begins with the same lengths', () => {
    const b = new Builder();
    const x = b.input('x', ['batch', 4]);
    const widened = b.unflatten(b.matmul(x, b.input('w', [4, 6])), [2, 3]);
    b.output('ones', b.broadcastLike(b.scalar(1), widened));
    const graph = slice(lengthsFromInputs(b.build()));
    expect(graph.nodes.map(({ op }) => op)).not.toContain('matmul');
    const fed = new Map([['x', { data: Float64Array.of(1, 2, 3, 4), dims: [1, 4] }]]);
    const { data, dims } = interpret(graph, fed).get('ones')!;
    expect([dims, [...data]]).toEqual([
      [1, 2, 3],
      [1, 1, 1, 1, 1, 1],
    ]);
  });

  it('are read from the value where no input has them', () => {
    const b = new Builder();
    const joined = b.concat([b.input('x', ['past', 4]), b.input('y', ['pos', 4])], 0);
    b.output('ones', b.broadcastLike(b.scalar(1), joined));
    const graph = slice(lengthsFromInputs(b.build()));
    expect(graph.nodes.map(({ op }) => op)).toContain('concat');
  });
});
