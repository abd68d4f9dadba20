import { describe, expect, it } from 'vitest';
import { interpret } from '../../../test/support/interpret';
import { layerNorm } from '../models/layers';
import { Builder } from './builder';
import { fuseNorms } from './fuse';
import { gradient } from './gradient';
import { splice, withOutputs } from './rewrite';
import { type Graph, hookPoints, isOp, type Value } from './types';

/** Two layer norms after each other, every hook point a result. */
function example(): Graph {
  const b = new Builder();
  let x = b.input('x', ['pos', 4]);
  for (const at of ['ln1', 'ln2']) {
    x = layerNorm(b, x, b.weight(`${at}.w`, [4]), b.weight(`${at}.b`, [4]), 1e-2, at);
  }
  b.output('y', x);
  const graph = b.build();
  for (const [name, value] of hookPoints(graph)) b.output(name, value);
  return b.build();
}

const numbers = (...values: number[]) => Float64Array.from(values);
const fed = new Map([
  ['x', { data: numbers(1, -2, 3, 0.5, 4, 4, 4.5, -1), dims: [2, 4] }],
  ['ln1.w', { data: numbers(1, 2, 3, 4), dims: [4] }],
  ['ln1.b', { data: numbers(-1, 0, 1, 2), dims: [4] }],
  ['ln2.w', { data: numbers(4, 3, 2, 1), dims: [4] }],
  ['ln2.b', { data: numbers(0, 0, 5, 0), dims: [4] }],
]);
const fusedIn = (graph: Graph) => graph.nodes.filter((node) => isOp(node, 'normalize')).length;

function expectSame(a: Graph, b: Graph): void {
  const [left, right] = [interpret(a, fed), interpret(b, fed)];
  expect([...left.keys()]).toEqual([...right.keys()]);
  for (const [name, { data }] of left) {
    data.forEach((value, i) => {
      expect(right.get(name)!.data[i], name).toBeCloseTo(value, 12);
    });
  }
}

describe('fuseNorms', () => {
  it('writes each norm in one step, with the same numbers and hook points', () => {
    const fused = fuseNorms(example());
    expect(fusedIn(example())).toBe(0);
    expect(fusedIn(fused)).toBe(2);
    expect([...hookPoints(fused).keys()]).toEqual([...hookPoints(example()).keys()]);
    expectSame(example(), fused);
  });

  it('gives the same derivatives', () => {
    const derivatives = (graph: Graph): Graph => {
      const hooks = [...hookPoints(graph)].filter(([name]) => name.endsWith('normalized'));
      const y = graph.outputs.get('y')!;
      const b = new Builder(graph);
      const loss = b.sum(b.square(y));
      const { graph: derived, gradients } = gradient(b.build(), loss, [
        graph.nodes[0]!.outputs[0]!,
        ...hooks.map(([, value]) => value),
      ]);
      const named = ['x', ...hooks.map(([name]) => name)].map((name, i): [string, Value] => [
        name,
        gradients[i]!,
      ]);
      return withOutputs(derived, new Map(named));
    };
    expectSame(derivatives(example()), derivatives(fuseNorms(example())));
  });

  it('leaves a norm written out that is kept apart or whose scale somebody changed', () => {
    expect(fusedIn(fuseNorms(example(), new Set(['ln1.hook_scale'])))).toBe(1);
    const frozen = splice(example(), new Map([['ln2.hook_scale', (b, x) => b.stopGradient(x)]]));
    expect(fusedIn(fuseNorms(frozen))).toBe(1);
    expectSame(frozen, fuseNorms(frozen));
  });

  it('lets a change of the normalized value through', () => {
    const changed = splice(example(), new Map([['ln1.hook_normalized', (b, x) => b.scale(x, 2)]]));
    expect(fusedIn(fuseNorms(changed))).toBe(2);
    expectSame(changed, fuseNorms(changed));
  });

  it('does not take for a norm what only resembles one', () => {
    const b = new Builder();
    const x = b.input('x', ['pos', 4]);
    const other = b.input('z', ['pos', 4]);
    const centred = b.sub(x, b.mean(x));
    const scale = b.hook('s', b.sqrt(b.add(b.mean(b.square(other)), b.scalar(1e-5))));
    b.output('y', b.div(centred, scale));
    expect(fusedIn(fuseNorms(b.build()))).toBe(0);
  });
});
