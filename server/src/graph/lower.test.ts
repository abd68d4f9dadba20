/** Every operation, lowered and run, against plain float64 arithmetic; and the whole model so against the reference. */
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import { fixturePath, readTensors, tinyFixture, tokensOf } from '../../../test/reference/fixtures';
import { interpret, type Numbers } from '../../../test/support/interpret';
import { relativeError } from '../../../test/support/closeness';
import { tokenFeeds } from '../engine/feeds';
import { compile } from '../engine/ort';
import { capture } from '../engine/plan';
import { planGraph } from '../engine/planGraph';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { readModelFolder } from '../formats/modelFolder';
import { readArchitecture } from '../models/registry';
import { Builder } from './builder';
import { lower } from './lower';
import { inferTable } from './ops';
import type { Graph, Shape, Value } from './types';

const sizes: Readonly<Record<string, number>> = { batch: 2, pos: 3, past: 2, 'past+pos': 5 };

/** Seeded numbers in (-2, 2), none of them twice. */
function numbers(dims: readonly number[], seed: number): Numbers {
  let state = seed;
  const data = Float64Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.fround((state / 0x7fffffff) * 4 - 2);
  });
  return { data, dims };
}

interface Case {
  readonly inputs: readonly Shape[];
  /** Integer inputs, after the others: shape and numbers. */
  readonly ids?: readonly (readonly [Shape, readonly number[]])[];
  readonly program: (b: Builder, x: readonly Value[]) => Value | readonly Value[];
}

const X: Shape = ['batch', 'pos', 4];
const square = (b: Builder, x: Value) => b.add(b.square(x), b.scalar(0.5));
const one = (program: (b: Builder, x: Value) => Value | readonly Value[]): Case => ({
  inputs: [X],
  program: (b, [x]) => program(b, x!),
});
const two = (left: Shape, right: Shape, program: (b: Builder, x: Value, y: Value) => Value): Case => ({
  inputs: [left, right],
  program: (b, [x, y]) => program(b, x!, y!),
});

const cases: Readonly<Record<string, Case>> = {
  'constant, hook, stopGradient': one((b, x) =>
    b.hook('h', b.stopGradient(b.add(x, b.constant(Float32Array.of(1, 2, 3, 4), [4])))),
  ),
  'add, a row to each': two(X, [4], (b, x, y) => b.add(x, y)),
  'add, a column to each row': two(X, ['pos', 1], (b, x, y) => b.add(x, y)),
  'sub, both repeated': two(['batch', 1, 4], ['pos', 1], (b, x, y) => b.sub(x, y)),
  mul: two(X, X, (b, x, y) => b.mul(x, y)),
  div: two(X, ['batch', 1, 1], (b, x, y) => b.div(x, square(b, y))),
  'neg, square, exp, tanh': one((b, x) => [b.neg(x), b.square(x), b.exp(x), b.tanh(x)]),
  'sqrt, relu, sigmoid, step': one((b, x) => [b.sqrt(square(b, x)), b.relu(x), b.sigmoid(x), b.step(x)]),
  'sin, cos': one((b, x) => [b.sin(x), b.cos(x)]),
  toFloat: one((b, x) => b.mul(x, b.toFloat(b.constant(BigInt64Array.of(1n, -2n, 3n, 900n), [4])))),
  'geluTanh, geluErf, normalCdf': one((b, x) => [
    b.geluTanh(x),
    b.geluErf(x),
    ...b.emit('normalCdf', [x], {}),
  ]),
  select: two(X, [4], (b, x, y) => b.select(b.step(y), x, b.scalar(7))),
  'sum over some axes, kept or not': one((b, x) => [
    b.sum(x, [1]),
    b.sum(x, [0, -1], true),
    b.sum(x, [-1]),
    b.sum(x),
  ]),
  'mean, normalize': one((b, x) => [b.mean(x), ...b.emit('normalize', [x], { epsilon: 1e-3 })]),
  'normalize, its scale unread': one((b, x) => b.emit('normalize', [x], { epsilon: 1e-3 })[0]!),
  'softmax, logSoftmax': one((b, x) => [b.softmax(x), b.logSoftmax(x)]),
  'matmul of matrices': two(['pos', 4], [4, 5], (b, x, y) => b.matmul(x, y)),
  'matmul in batches': two(['batch', 2, 'pos', 4], ['batch', 2, 4, 'pos'], (b, x, y) => b.matmul(x, y)),
  'matmul, one side repeated': two(['batch', 1, 'pos', 4], [3, 4, 5], (b, x, y) => b.matmul(x, y)),
  'linear of rows': two(['pos', 4], [4, 5], (b, x, w) => b.linear(x, w)),
  'linear, transposed': two(X, [5, 4], (b, x, w) => b.linear(x, w, null, true)),
  'linear with a bias': { inputs: [X, [4, 5], [5]], program: (b, [x, w, bias]) => b.linear(x!, w!, bias) },
  'linear of one named and fixed lengths': two([3, 'pos', 4], [4, 2], (b, x, w) => b.linear(x, w)),
  linearWeight: two(
    X,
    ['batch', 'pos', 5],
    (b, x, dy) => b.emit('linearWeight', [x, dy], { transposed: false })[0]!,
  ),
  'linearWeight, transposed': two(
    X,
    ['batch', 'pos', 5],
    (b, x, dy) => b.emit('linearWeight', [x, dy], { transposed: true })[0]!,
  ),
  'reshape of the last axis': one((b, x) => [b.unflatten(x, [2, 2]), b.flatten(b.unflatten(x, [2, 2]))]),
  'reshape that moves named lengths': one((b, x) => b.reshape(x, [4, 'batch', 'pos'])),
  'reshape that adds axes': one((b, x) => b.reshape(x, ['batch', 1, 'pos', 4])),
  transpose: one((b, x) => [b.transpose(x, [2, 0, 1]), b.transpose(x, [0, 2, 1])]),
  split: one((b, x) => b.split(x, -1, [1, 3])),
  'concat of fixed lengths': two(X, ['batch', 'pos', 2], (b, x, y) => b.concat([x, y], -1)),
  'concat of named lengths': two(['batch', 'past', 4], X, (b, x, y) => b.concat([x, y], 1)),
  splitLike: {
    inputs: [['batch', 'past+pos', 4], ['batch', 'past', 4], X],
    program: (b, inputs) => b.emit('splitLike', inputs, { axis: 1 }),
  },
  broadcastLike: two(['pos', 1], X, (b, x, y) => b.broadcastLike(x, y)),
  rows: {
    inputs: [[5, 4]],
    ids: [
      [
        ['batch', 'pos'],
        [0, 4, 4, 2, 1, 0],
      ],
    ],
    program: (b, [table, ids]) => b.rows(table!, ids!),
  },
  addRows: {
    inputs: [X],
    ids: [
      [
        ['batch', 'pos'],
        [0, 4, 4, 2, 4, 0],
      ],
    ],
    program: (b, [dy, ids]) => b.emit('addRows', [ids!, dy!], { rowCount: 6 }),
  },
  'take along each axis': {
    inputs: [X],
    ids: [[[2], [1, 0]]],
    program: (b, [x, ids]) => [b.take(x!, ids!, 0), b.take(x!, ids!, 1), b.take(x!, ids!, -1)],
  },
  'addTaken, indices repeated': {
    inputs: [X, ['batch', 3, 4], [3, 'pos', 4], ['batch', 'pos', 3]],
    ids: [[[3], [1, 0, 1]]],
    program: (b, [x, dy, front, last, ids]) => [
      ...b.emit('addTaken', [x!, ids!, dy!], { axis: 1 }),
      ...b.emit('addTaken', [x!, ids!, front!], { axis: 0 }),
      ...b.emit('addTaken', [x!, ids!, last!], { axis: 2 }),
    ],
  },
  pick: {
    inputs: [X],
    ids: [
      [
        ['batch', 'pos'],
        [0, 3, 3, 2, 1, 0],
      ],
    ],
    program: (b, [x, ids]) => b.pick(x!, ids!),
  },
  unpick: {
    inputs: [X, ['batch', 'pos']],
    ids: [
      [
        ['batch', 'pos'],
        [0, 3, 3, 2, 1, 0],
      ],
    ],
    program: (b, [x, dy, ids]) => b.emit('unpick', [x!, ids!, dy!], {}),
  },
  'topkMask, topk': one((b, x) => {
    const { values, indices } = b.topk(x, 3);
    return [b.topkMask(x, 2), values, indices];
  }),
};

async function runLowered(graph: Graph, fed: ReadonlyMap<string, Numbers>): Promise<Map<string, Numbers>> {
  const integers = new Set(
    graph.nodes.flatMap((node) =>
      node.op === 'input' && node.outputs[0]!.dtype === 'int64' ? node.outputs : [],
    ),
  );
  const integerNames = new Set(
    graph.nodes.flatMap(({ outputs, attributes }) =>
      integers.has(outputs[0]!) && 'name' in attributes ? [attributes.name] : [],
    ),
  );
  const compiled = await compile(lower(graph, () => ({ kind: 'fed' })));
  const feeds = new Map(
    [...fed].map(([name, { data, dims }]) => {
      const typed = integerNames.has(name) ? BigInt64Array.from(data, BigInt) : Float32Array.from(data);
      return [name, { data: typed, dims }];
    }),
  );
  const results = await compiled.run(feeds);
  await compiled.release();
  return new Map(
    [...results].map(([name, { data, dims }]) => [name, { data: Float64Array.from(data, Number), dims }]),
  );
}

describe('an operation, lowered and run, is what it says', () => {
  for (const [name, { inputs, ids = [], program }] of Object.entries(cases)) {
    it(name, async () => {
      const b = new Builder();
      const fed = new Map<string, Numbers>();
      const dimsOf = (shape: Shape) => shape.map((dim) => (typeof dim === 'number' ? dim : sizes[dim]!));
      const values = inputs.map((shape, i) => {
        fed.set(`x${i}`, numbers(dimsOf(shape), i + 1));
        return b.input(`x${i}`, shape);
      });
      ids.forEach(([shape, entries], i) => {
        fed.set(`ids${i}`, { data: Float64Array.from(entries), dims: dimsOf(shape) });
        values.push(b.input(`ids${i}`, shape, 'int64'));
      });
      const outputs = [program(b, values)].flat();
      outputs.forEach((value, i) => {
        b.output(`y${i}`, value);
      });
      const expected = interpret(b.build(), fed);
      const found = await runLowered(b.build(), fed);
      expect(found.size).toBe(outputs.length);
      for (const [output, { data, dims }] of expected) {
        expect(found.get(output)!.dims).toEqual(dims);
        expect(relativeError(found.get(output)!.data, data, data.length)).toBeLessThan(2e-6);
      }
    });
  }

  it('and none is left out', () => {
    const used = new Set<string>(['input', 'weight']);
    for (const { inputs, ids = [], program } of Object.values(cases)) {
      const b = new Builder();
      program(b, [
        ...inputs.map((shape, i) => b.input(`x${i}`, shape)),
        ...ids.map(([shape], i) => b.input(`ids${i}`, shape, 'int64')),
      ]);
      for (const node of b.build().nodes) used.add(node.op);
    }
    expect(Object.keys(inferTable).filter((op) => !used.has(op))).toEqual([]);
  });
});

describe('in float64', () => {
  const fixture = tinyFixture();
  const { config, configPath, weights } = readModelFolder(fixturePath('gpt2-tiny', 'model'));
  const shapes = new Map([...weights.tensors].map(([tensor, { info }]) => [tensor, info]));
  const architecture = readArchitecture(config, shapes, configPath);
  const tokens = [tokensOf(fixture, 'long')];
  const wide = ({
    data,
    dims,
  }: {
    data: Float32Array | BigInt64Array;
    dims: readonly number[];
  }): Numbers => ({
    data: Float64Array.from(data, Number),
    dims,
  });
  const fed = (more: ReadonlyMap<string, { data: Float32Array | BigInt64Array; dims: readonly number[] }>) =>
    new Map([
      ...[...tokenFeeds(tokens, 0, architecture.dimensions), ...more].map(
        ([name, x]) => [name, wide(x)] as const,
      ),
      ...[...architecture.tensors].map(([name, dims]) => {
        const data = weights.tensors.get(name)!.file.readFloat32(name);
        return [name, wide({ data, dims })] as const;
      }),
    ]);

  it("the model's activations are the reference's to its last digits", () => {
    const reference = readTensors('gpt2-tiny', 'activations.long.safetensors');
    const graph = planGraph(architecture, new Map(), capture([...reference.keys()]));
    expectClose(interpret(graph, fed(new Map())), reference, 2e-6);
  });

  it('its gradients are too', () => {
    const reference = readTensors('gpt2-tiny', 'gradients.long.logit-diff-last.safetensors');
    const metric = parseMetric('logit_diff:7,280', () => null);
    const outputs = [...reference.keys()].map((name) => ({
      kind: 'gradient' as const,
      hook: name.slice('grad.'.length),
    }));
    const graph = planGraph(architecture, new Map(), { ...capture([]), metric: metric.kind, outputs });
    expectClose(interpret(graph, fed(metricFeeds(metric, tokens))), reference, 2e-6);
  });
});
