import { describe, expect, it } from 'vitest';
import { interpret, type Numbers } from '../../../test/support/interpret';
import { Builder } from './builder';
import { cut, slice, splice, spliceBehind, UnknownHookError, withOutputs } from './rewrite';
import { type Graph, hookPoints, isOp } from './types';

const vector = (...values: number[]): Numbers => ({ data: Float64Array.from(values), dims: [values.length] });
const run = (graph: Graph, fed: Record<string, Numbers>) =>
  Object.fromEntries(
    [...interpret(graph, new Map(Object.entries(fed)))].map(([name, { data }]) => [name, [...data]]),
  );
const inputsOf = (graph: Graph) =>
  graph.nodes.flatMap((node) => (isOp(node, 'input') ? [node.attributes.name] : []));

/** y = (x + w) * 2 + x, with the hook points `a` on x + w and `b` on its double. */
function example(): Graph {
  const b = new Builder();
  const x = b.input('x', [2]);
  const a = b.hook('a', b.add(x, b.weight('w', [2])));
  const doubled = b.hook('b', b.scale(a, 2));
  b.output('a', a);
  b.output('y', b.add(doubled, x));
  return b.build();
}

const fed = { x: vector(1, 2), w: vector(10, 20) };

describe('splice', () => {
  it('changes what comes after, and the hook point names the result', () => {
    const changed = splice(example(), new Map([['a', (b, x) => b.add(x, b.input('extra', x.shape))]]));
    expect(run(changed, { ...fed, extra: vector(100, 200) })).toEqual({ a: [111, 222], y: [223, 446] });
    expect([...hookPoints(changed).keys()]).toEqual(['a', 'b']);
    expect(changed.outputs.get('a')).toBe(hookPoints(changed).get('a'));
  });

  it('leaves the graph it was given as it was', () => {
    const graph = example();
    splice(graph, new Map([['a', (b, x) => b.scale(x, 0)]]));
    expect(run(graph, fed)).toEqual({ a: [11, 22], y: [23, 46] });
  });

  it('applies several at once, each to what those before it left', () => {
    const changed = splice(
      example(),
      new Map([
        ['b', (b, x) => b.add(x, b.scalar(1))],
        ['a', (b, x) => b.scale(x, 0)],
      ]),
    );
    expect(run(changed, fed)).toEqual({ a: [0, 0], y: [2, 3] });
  });

  it('refuses a hook point that is not there', () => {
    const attempt = () => splice(example(), new Map([['c', (_, x) => x]]));
    expect(attempt).toThrow(UnknownHookError);
    expect(attempt).toThrow(/no hook point c/);
  });
});

describe('spliceBehind', () => {
  it('changes what comes after, and the hook point keeps its value', () => {
    const changed = spliceBehind(example(), new Map([['a', (b, x) => b.scale(x, 10)]]));
    const a = hookPoints(changed).get('a')!;
    expect(run(withOutputs(changed, new Map([...changed.outputs, ['named', a]])), fed)).toEqual({
      a: [110, 220],
      y: [221, 442],
      named: [11, 22],
    });
  });

  it('refuses a hook point that is not there', () => {
    expect(() => spliceBehind(example(), new Map([['c', (_, x) => x]]))).toThrow(/no hook point c/);
  });
});

describe('cut', () => {
  it('makes the hook point an input and drops what only led to it', () => {
    const whole = example();
    const suffix = cut(withOutputs(whole, new Map([['y', whole.outputs.get('y')!]])), ['b']);
    expect(inputsOf(suffix)).toEqual(['x', 'b']);
    expect(suffix.nodes.some((node) => isOp(node, 'weight'))).toBe(false);
    expect(run(suffix, { x: vector(1, 2), b: vector(5, 6) })).toEqual({ y: [6, 8] });
  });
});

describe('slice', () => {
  it('keeps what the outputs need, in its order', () => {
    const graph = example();
    const part = slice({ nodes: graph.nodes, outputs: new Map([['a', graph.outputs.get('a')!]]) });
    expect(part.nodes.map(({ op }) => op)).toEqual(['input', 'weight', 'add', 'hook']);
    expect(run(part, fed)).toEqual({ a: [11, 22] });
  });
});
