/**
 * Runs a graph in float64, one plain loop an operation: slow, and independent of ONNX Runtime and of the lowering. Named
 * lengths are read from the inputs.
 */
import type { OpName } from '../../server/src/graph/ops';
import { normalAxis } from '../../server/src/graph/shapes';
import { type Graph, isOp, type Node, type Shape, type Value } from '../../server/src/graph/types';

export interface Numbers {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

function strides(dims: readonly number[]): number[] {
  return dims.map((_, axis) => count(dims.slice(axis + 1)));
}

/** The coordinates of each entry of a tensor, in row-major order. */
function* coordinates(dims: readonly number[]): Generator<number[]> {
  const steps = strides(dims);
  for (let flat = 0; flat < count(dims); flat++) {
    yield steps.map((step, axis) => Math.floor(flat / step) % dims[axis]!);
  }
}

function filled(dims: readonly number[], entry: (at: number[]) => number): Numbers {
  const data = new Float64Array(count(dims));
  let flat = 0;
  for (const at of coordinates(dims)) data[flat++] = entry(at);
  return { data, dims };
}

/** The entry at coordinates that may be of a larger tensor: axes of length 1 and missing ones in front are repeated. */
function entry({ data, dims }: Numbers, at: readonly number[]): number {
  const offset = at.length - dims.length;
  const steps = strides(dims);
  return data[
    dims.reduce((sum, length, axis) => sum + (length === 1 ? 0 : at[axis + offset]! * steps[axis]!), 0)
  ]!;
}

function broadcastDims(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map((dims) => dims[axis - rank + dims.length] ?? 1)),
  );
}

type Entry = (...values: number[]) => number;

function elementwise(f: Entry): Rule {
  return (_, inputs) => [
    filled(broadcastDims(...inputs.map(({ dims }) => dims)), (at) => f(...inputs.map((x) => entry(x, at)))),
  ];
}

/** Applies f to every row of the last axis. */
function rowwise({ data, dims }: Numbers, f: (row: Float64Array) => ArrayLike<number>): Numbers {
  const width = dims.at(-1)!;
  const rows = Array.from({ length: data.length / width }, (_, i) =>
    Array.from(f(data.slice(i * width, (i + 1) * width))),
  );
  return { data: Float64Array.from(rows.flat()), dims: [...dims.slice(0, -1), rows[0]?.length ?? 0] };
}

const sum = (row: ArrayLike<number>): number => Array.from(row).reduce((a, b) => a + b, 0);
const average = (row: ArrayLike<number>): number => sum(row) / row.length;

function logSoftmax(row: Float64Array): Float64Array {
  const max = Math.max(...row);
  const shift = max + Math.log(sum(row.map((x) => Math.exp(x - max))));
  return row.map((x) => x - shift);
}

/** erf by its Taylor series, which converges fast enough for |x| < 5. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const normalCdf = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));

/** Indices of the k largest entries, largest first, ties to the lower index. */
function strongest(row: Float64Array, k: number): number[] {
  return [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, k);
}

function matmul(a: Numbers, b: Numbers): Numbers {
  const inner = a.dims.at(-1)!;
  const lead = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2));
  return filled([...lead, a.dims.at(-2)!, b.dims.at(-1)!], (at) => {
    const [front, i, j] = [at.slice(0, -2), at.at(-2)!, at.at(-1)!];
    let total = 0;
    for (let k = 0; k < inner; k++) total += entry(a, [...front, i, k]) * entry(b, [...front, k, j]);
    return total;
  });
}

function transposed(x: Numbers, permutation: readonly number[]): Numbers {
  const dims = permutation.map((axis) => x.dims[axis]!);
  return filled(dims, (at) =>
    entry(
      x,
      x.dims.map((_, axis) => at[permutation.indexOf(axis)]!),
    ),
  );
}

const reshaped = ({ data }: Numbers, dims: readonly number[]): Numbers => ({ data, dims });
const asRows = (x: Numbers): Numbers => reshaped(x, [count(x.dims.slice(0, -1)), x.dims.at(-1)!]);
const swapped = (x: Numbers): Numbers => transposed(x, [1, 0]);

function pieces(x: Numbers, axis: number, sizes: readonly number[]): Numbers[] {
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return filled(
      x.dims.map((length, i) => (i === axis ? size : length)),
      (at) =>
        entry(
          x,
          at.map((p, i) => (i === axis ? p + from : p)),
        ),
    );
  });
}

/** Adds entries of `dy` at places of zeros shaped like `dims`. */
function scattered(dims: readonly number[], dy: Numbers, place: (at: number[]) => number[]): Numbers {
  const data = new Float64Array(count(dims));
  const steps = strides(dims);
  let flat = 0;
  for (const at of coordinates(dy.dims)) {
    const to = place(at).reduce((total, p, axis) => total + p * steps[axis]!, 0);
    data[to] = data[to]! + dy.data[flat++]!;
  }
  return { data, dims };
}

type Rule = (
  node: Node,
  inputs: readonly Numbers[],
  dimsOf: (shape: Shape) => number[],
) => readonly Numbers[];
type Rules = {
  readonly [Op in OpName]: (
    node: Node<Op>,
    inputs: readonly Numbers[],
    dimsOf: (shape: Shape) => number[],
  ) => readonly Numbers[];
};

const rules: Omit<Rules, 'input' | 'weight'> = {
  constant: ({ attributes: { data, shape } }) => [{ data: Float64Array.from(data, Number), dims: shape }],
  hook: (_, [x]) => [x!],
  stopGradient: (_, [x]) => [x!],
  add: elementwise((a, b) => a + b),
  sub: elementwise((a, b) => a - b),
  mul: elementwise((a, b) => a * b),
  div: elementwise((a, b) => a / b),
  neg: elementwise((a) => -a),
  square: elementwise((a) => a * a),
  sqrt: elementwise((a) => Math.sqrt(a)),
  exp: elementwise((a) => Math.exp(a)),
  tanh: elementwise((a) => Math.tanh(a)),
  sin: elementwise((a) => Math.sin(a)),
  cos: elementwise((a) => Math.cos(a)),
  toFloat: elementwise((a) => a),
  relu: elementwise((a) => Math.max(a, 0)),
  sigmoid: elementwise((a) => 1 / (1 + Math.exp(-a))),
  step: elementwise((a) => (a > 0 ? 1 : 0)),
  geluTanh: elementwise((x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  geluErf: elementwise((x) => x * normalCdf(x)),
  normalCdf: elementwise((x) => normalCdf(x)),
  select: elementwise((mask, a, b) => (mask !== 0 ? a : b)),
  sum: ({ attributes: { axes, keep } }, [x]) => {
    const summed = axes.map((axis) => normalAxis(axis, x!.dims.length));
    const kept = x!.dims.map((length, axis) => (summed.includes(axis) ? 1 : length));
    const total = scattered(kept, x!, (at) => at.map((p, axis) => (summed.includes(axis) ? 0 : p)));
    return [
      keep
        ? total
        : reshaped(
            total,
            x!.dims.filter((_, axis) => !summed.includes(axis)),
          ),
    ];
  },
  mean: (_, [x]) => [rowwise(x!, (row) => [average(row)])],
  normalize: ({ attributes: { epsilon } }, [x]) => {
    const scaleOf = (row: Float64Array) =>
      Math.sqrt(average(row.map((v) => (v - average(row)) ** 2)) + epsilon);
    return [
      rowwise(x!, (row) => row.map((v) => (v - average(row)) / scaleOf(row))),
      rowwise(x!, (row) => [scaleOf(row)]),
    ];
  },
  softmax: (_, [x]) => [rowwise(x!, (row) => logSoftmax(row).map(Math.exp))],
  logSoftmax: (_, [x]) => [rowwise(x!, logSoftmax)],
  matmul: (_, [a, b]) => [matmul(a!, b!)],
  linear: ({ attributes }, [x, w, bias]) => {
    const product = matmul(asRows(x!), attributes.transposed ? swapped(w!) : w!);
    const shifted = bias ? filled(product.dims, (at) => entry(product, at) + bias.data[at[1]!]!) : product;
    return [reshaped(shifted, [...x!.dims.slice(0, -1), product.dims[1]!])];
  },
  linearWeight: ({ attributes }, [x, dy]) => {
    const product = matmul(swapped(asRows(x!)), asRows(dy!));
    return [attributes.transposed ? swapped(product) : product];
  },
  reshape: ({ attributes }, [x], dimsOf) => [reshaped(x!, dimsOf(attributes.shape))],
  transpose: ({ attributes }, [x]) => [transposed(x!, attributes.permutation)],
  split: ({ attributes: { axis, sizes } }, [x]) => pieces(x!, axis, sizes),
  concat: ({ attributes: { axis } }, inputs) => {
    const owners = inputs.flatMap((x) => Array.from({ length: x.dims[axis]! }, (_, i) => ({ x, i })));
    const dims = inputs[0]!.dims.map((length, i) => (i === axis ? owners.length : length));
    return [
      filled(dims, (at) => {
        const { x, i } = owners[at[axis]!]!;
        return entry(
          x,
          at.map((p, a) => (a === axis ? i : p)),
        );
      }),
    ];
  },
  splitLike: ({ attributes: { axis } }, [x, a, b]) => pieces(x!, axis, [a!.dims[axis]!, b!.dims[axis]!]),
  broadcastLike: (_, [x, like]) => [filled(broadcastDims(x!.dims, like!.dims), (at) => entry(x!, at))],
  rows: (_, [table, ids]) => [
    filled([...ids!.dims, table!.dims[1]!], (at) =>
      entry(table!, [entry(ids!, at.slice(0, -1)), at.at(-1)!]),
    ),
  ],
  addRows: ({ attributes }, [ids, dy]) => [
    scattered([attributes.rowCount, dy!.dims.at(-1)!], dy!, (at) => [
      entry(ids!, at.slice(0, -1)),
      at.at(-1)!,
    ]),
  ],
  take: ({ attributes: { axis } }, [x, indices]) => {
    const dims = x!.dims.map((length, i) => (i === axis ? indices!.data.length : length));
    return [
      filled(dims, (at) =>
        entry(
          x!,
          at.map((p, i) => (i === axis ? indices!.data[p]! : p)),
        ),
      ),
    ];
  },
  addTaken: ({ attributes: { axis } }, [x, indices, dy]) => [
    scattered(x!.dims, dy!, (at) => at.map((p, i) => (i === axis ? indices!.data[p]! : p))),
  ],
  pick: (_, [x, ids]) => [filled(ids!.dims, (at) => entry(x!, [...at, entry(ids!, at)]))],
  unpick: (_, [x, ids, dy]) => [scattered(x!.dims, dy!, (at) => [...at, entry(ids!, at)])],
  topkMask: ({ attributes: { k } }, [x]) => [
    rowwise(x!, (row) => {
      const kept = new Set(strongest(row, k));
      return row.map((_, i) => (kept.has(i) ? 1 : 0));
    }),
  ],
  topk: ({ attributes: { k } }, [x]) => [
    rowwise(x!, (row) => strongest(row, k).map((i) => row[i]!)),
    rowwise(x!, (row) => strongest(row, k)),
  ],
};

/** The outputs of a graph, from its inputs and weights by name. */
export function interpret(graph: Graph, fed: ReadonlyMap<string, Numbers>): Map<string, Numbers> {
  const values = new Map<Value, Numbers>();
  const lengths = new Map<string, number>();
  const dimsOf = (shape: Shape) => shape.map((dim) => (typeof dim === 'number' ? dim : lengths.get(dim)!));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => values.get(value)!);
    const outputs = run(node, inputs, fed, dimsOf);
    node.outputs.forEach((value, i) => {
      values.set(value, outputs[i]!);
      value.shape.forEach((dim, axis) => {
        if (typeof dim === 'string') lengths.set(dim, outputs[i]!.dims[axis]!);
      });
    });
  }
  return new Map([...graph.outputs].map(([name, value]) => [name, values.get(value)!]));
}

function run(
  node: Node,
  inputs: readonly Numbers[],
  fed: ReadonlyMap<string, Numbers>,
  dimsOf: (shape: Shape) => number[],
) {
  if (isOp(node, 'input')) return [fed.get(node.attributes.name)!];
  if (isOp(node, 'weight')) return [reshaped(fed.get(node.attributes.name)!, dimsOf(node.attributes.shape))];
  const rule = rules[node.op as keyof typeof rules] as Rule;
  return rule(node, inputs, dimsOf);
}
