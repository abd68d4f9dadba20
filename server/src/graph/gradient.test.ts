import { describe, expect, it } from 'vitest';
import { compile, type Tensor } from '../engine/ort';
import { Builder } from './builder';
import { fuseNorms } from './fuse';
import { gradient } from './gradient';
import { lower } from './lower';
import { withOutputs } from './rewrite';
import { isOp, type Graph, type Shape, type Value } from './types';

/** Seeded numbers in (-1, 1), away from 0 so that no kink lies within a finite difference. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    const u = (state / 2147483648) * 2 - 1;
    return u + Math.sign(u) * 0.1;
  });
}

type Program = (b: Builder, ...inputs: Value[]) => Value;

interface Case {
  readonly shapes: readonly Shape[];
  readonly program: Program;
}

const sizes: Record<string, number> = { batch: 2, pos: 3, past: 2, 'past+pos': 5 };
const lengths = (shape: Shape): number[] => shape.map((dim) => (typeof dim === 'string' ? sizes[dim]! : dim));
const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

const cases: Record<string, Case> = {
  'elementwise with broadcasting': {
    shapes: [['batch', 'pos', 4], [4], ['pos', 1]],
    program: (b, x, y, z) => b.div(b.mul(b.add(x, y), b.sub(x, z)), b.add(b.square(z), b.scalar(1))),
  },
  activations: {
    shapes: [['batch', 5]],
    program: (b, x) =>
      b.add(
        b.add(b.geluTanh(x), b.mul(b.geluErf(x), b.relu(x))),
        b.mul(b.mul(b.tanh(x), b.sin(x)), b.mul(b.cos(x), b.sigmoid(b.exp(b.neg(x))))),
      ),
  },
  'linear and its weight, both orientations': {
    shapes: [['batch', 'pos', 4], [4, 3], [3], [4, 3]],
    program: (b, x, w, bias, back) => b.linear(b.linear(x, w, bias), back, null, true),
  },
  'attention-like matmul, transpose, split and softmax': {
    shapes: [['batch', 'pos', 12]],
    program: (b, x) => {
      const [q, k, v] = b.split(b.reshape(x, ['batch', 'pos', 3, 2, 2]), 2, [1, 1, 1]).map((part) => {
        return b.transpose(b.reshape(part, ['batch', 'pos', 2, 2]), [0, 2, 1, 3]);
      });
      return b.matmul(b.softmax(b.matmul(q!, b.transpose(k!, [0, 1, 3, 2]))), v!);
    },
  },
  'layer normalisation, both results': {
    shapes: [['batch', 'pos', 4], [4]],
    program: (b, x, w) => {
      const centred = b.sub(x, b.mean(x));
      const scale = b.hook('ln.hook_scale', b.sqrt(b.add(b.mean(b.square(centred)), b.scalar(1e-5))));
      return b.add(b.mul(b.div(centred, scale), w), b.square(scale));
    },
  },
  'log-softmax, sum and concat': {
    shapes: [
      ['batch', 'pos', 4],
      ['batch', 'pos', 2],
    ],
    program: (b, x, y) => b.sum(b.square(b.logSoftmax(b.concat([x, y], 2))), [1]),
  },
  'concat along a named length': {
    shapes: [
      ['batch', 'past', 2],
      ['batch', 'pos', 2],
    ],
    program: (b, x, y) => b.square(b.softmax(b.transpose(b.concat([x, y], 1), [0, 2, 1]))),
  },
  'rows, take and pick': {
    shapes: [[5, 4]],
    program: (b, table) => {
      const ids = b.constant(BigInt64Array.of(3n, 0n, 3n, 4n, 1n, 3n), [2, 3]);
      const x = b.square(b.rows(table, ids));
      const taken = b.take(x, b.constant(BigInt64Array.of(2n, 0n, 2n), [3]), 1);
      const picked = b.pick(taken, b.constant(BigInt64Array.of(0n, 1n, 2n, 3n, 3n, 0n), [2, 3]));
      return b.add(picked, b.take(b.sum(x, [2]), b.constant(BigInt64Array.of(1n), [1]), 0));
    },
  },
  'select and top-k mask': {
    shapes: [
      ['batch', 6],
      ['batch', 6],
    ],
    program: (b, x, y) => {
      const masked = b.mul(b.square(x), b.topkMask(x, 2));
      return b.add(masked, b.select(b.step(y), b.mul(x, y), b.square(y)));
    },
  },
};

async function evaluate(graph: Graph, feeds: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const compiled = await compile(lower(graph, () => ({ kind: 'fed' })));
  const results = await compiled.run(feeds);
  await compiled.release();
  return results;
}

async function check({ shapes, program }: Case, fuse: boolean): Promise<void> {
  const b = new Builder();
  const inputs = shapes.map((shape, i) => b.input(`x${i}`, shape));
  const y = program(b, ...inputs);
  const weights = b.input('weights', y.shape);
  b.output('y', b.sum(b.mul(y, weights)));
  inputs.forEach((value, i) => {
    b.output(`x${i}`, value);
  });
  const graph = fuse ? fuseNorms(b.build()) : b.build();
  if (fuse) expect(graph.nodes.some((node) => isOp(node, 'normalize'))).toBe(true);
  const wrt = inputs.map((_, i) => graph.outputs.get(`x${i}`)!);
  const loss = graph.outputs.get('y')!;
  const derived = gradient(graph, loss, wrt);
  const wanted = derived.gradients.map((value, i): [string, Value] => [`grad.x${i}`, value]);
  const tensor = (shape: Shape, seed: number) => ({
    data: numbers(count(lengths(shape)), seed),
    dims: lengths(shape),
  });
  const points = new Map(shapes.map((shape, i) => [`x${i}`, tensor(shape, i + 1)]));
  const feeds = new Map([...points, ['weights', tensor(y.shape, 99)]]);
  const exact = await evaluate(withOutputs(derived.graph, new Map([['y', loss], ...wanted])), feeds);
  await compareWithDifferences(withOutputs(graph, new Map([['y', loss]])), feeds, points, exact);
}

async function compareWithDifferences(
  graph: Graph,
  feeds: ReadonlyMap<string, Tensor>,
  points: ReadonlyMap<string, Tensor>,
  exact: ReadonlyMap<string, Tensor>,
): Promise<void> {
  const compiled = await compile(lower(graph, () => ({ kind: 'fed' })));
  const at = async () => Number((await compiled.run(feeds)).get('y')!.data[0]);
  const h = 1e-2;
  for (const [name, { data }] of points) {
    const derivative = exact.get(`grad.${name}`)!.data as Float32Array;
    expect(derivative.length).toBe(data.length);
    for (let i = 0; i < data.length; i++) {
      const x = data[i] as number;
      const step = async (by: number) => {
        data[i] = x + by;
        const y = await at();
        data[i] = x;
        return y;
      };
      const first = ((await step(h)) - (await step(-h))) / (2 * h);
      const second = ((await step(2 * h)) - (await step(-2 * h))) / (4 * h);
      const richardson = (4 * first - second) / 3;
      expect(Math.abs(richardson - derivative[i]!)).toBeLessThan(2e-3 * Math.max(1, Math.abs(richardson)));
    }
  }
  await compiled.release();
}

describe('gradient', () => {
  for (const [name, program] of Object.entries(cases)) {
    it(`agrees with finite differences: ${name}`, () => check(program, false));
  }

  it('agrees with finite differences: fused layer normalisation', () =>
    check(cases['layer normalisation, both results']!, true));

  it('gives zeros where nothing depends and lets nothing through stopGradient', async () => {
    const b = new Builder();
    const x = b.input('x', [2]);
    const y = b.input('y', [2]);
    const loss = b.sum(b.mul(x, b.stopGradient(b.square(x))));
    const { graph, gradients } = gradient(b.build(), loss, [x, y]);
    const outputs = new Map([
      ['dx', gradients[0]!],
      ['dy', gradients[1]!],
    ]);
    const feeds = new Map([
      ['x', { data: Float32Array.of(3, -2), dims: [2] }],
      ['y', { data: Float32Array.of(1, 1), dims: [2] }],
    ]);
    const results = await evaluate(withOutputs(graph, outputs), feeds);
    expect([...results.get('dx')!.data]).toEqual([9, 4]);
    expect([...results.get('dy')!.data]).toEqual([0, 0]);
  });
});
