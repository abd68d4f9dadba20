import { describe, expect, it } from 'vitest';
import { interpret } from '../../../test/support/interpret';
import { Builder } from './builder';
import { slice } from './rewrite';
import type { Graph } from './types';
import { withoutZeroParts } from './zeros';

/** x [batch, 2] beside zeros in front and behind, times a weight that sees all six. */
function program(transposed: boolean): Graph {
  const b = new Builder();
  const x = b.input('x', ['batch', 2]);
  const weight = b.input('w', transposed ? [3, 6] : [6, 3]);
  b.output('y', b.linear(b.concat([b.zerosLike(x), x, b.zerosLike(x)], -1), weight, null, transposed));
  return b.build();
}

describe('zero parts', () => {
  it.each([true, false])('are not multiplied, and nothing else changes (transposed: %s)', (transposed) => {
    const short = slice(withoutZeroParts(program(transposed)));
    expect(short.nodes.map(({ op }) => op)).not.toContain('concat');
    const numbers = (count: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(i + 1));
    const feeds = new Map([
      ['x', { data: numbers(8), dims: [4, 2] }],
      ['w', { data: numbers(18), dims: transposed ? [3, 6] : [6, 3] }],
    ]);
    expect(interpret(short, feeds as never)).toEqual(interpret(program(transposed), feeds as never));
  });
});
