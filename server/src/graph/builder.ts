/** Writes graphs: one method per operation, shapes inferred and checked as nodes are added. */
import { inferTable, type OpAttributes, type OpName } from './ops';
import { normalAxis } from './shapes';
import { isOp, type Dim, type DType, type Graph, type Node, type Shape, type Value } from './types';

export class Builder {
  private readonly nodes: Node[];
  private readonly outputs: Map<string, Value>;
  private readonly scalars = new Map<number, Value>();
  private readonly weights = new Map<string, Value>();
  private readonly fed = new Map<string, Value>();

  /** Starts empty, or goes on writing where `graph` ends (its values stay valid). */
  constructor(graph?: Graph) {
    this.nodes = [...(graph?.nodes ?? [])];
    this.outputs = new Map(graph?.outputs);
    for (const node of this.nodes) {
      if (isOp(node, 'input')) this.fed.set(node.attributes.name, node.outputs[0]!);
      if (isOp(node, 'weight')) this.weights.set(weightKey(node.attributes), node.outputs[0]!);
    }
  }

  /** Adds a node and returns its results. Throws ShapeError when the inputs do not fit. */
  emit<Op extends OpName>(op: Op, inputs: readonly Value[], attributes: OpAttributes[Op]): readonly Value[] {
    const outputs = inferTable[op](inputs, attributes);
    this.nodes.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /** Marks a value as a result of the graph. */
  output(name: string, value: Value): void {
    this.outputs.set(name, value);
  }

  build(): Graph {
    return { nodes: this.nodes, outputs: this.outputs };
  }

  /** A tensor fed at every run; asking twice for one name gives one input. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    return remember(this.fed, name, () => this.one('input', [], { name, shape, dtype }));
  }

  /** A tensor of the checkpoint, under `shape` (as many elements as stored). */
  weight(name: string, shape: Shape): Value {
    return remember(this.weights, weightKey({ name, shape }), () => this.one('weight', [], { name, shape }));
  }

  constant(data: Float32Array | BigInt64Array, shape: readonly number[]): Value {
    return this.one('constant', [], { data, shape });
  }

  scalar(value: number): Value {
    return remember(this.scalars, value, () => this.constant(Float32Array.of(value), []));
  }

  hook(name: string, x: Value): Value {
    return this.one('hook', [x], { name });
  }

  stopGradient(x: Value): Value {
    return this.one('stopGradient', [x], {});
  }

  add(a: Value, b: Value): Value {
    return this.one('add', [a, b], {});
  }

  sub(a: Value, b: Value): Value {
    return this.one('sub', [a, b], {});
  }

  mul(a: Value, b: Value): Value {
    return this.one('mul', [a, b], {});
  }

  div(a: Value, b: Value): Value {
    return this.one('div', [a, b], {});
  }

  /** x times a constant. */
  scale(x: Value, factor: number): Value {
    return this.mul(x, this.scalar(factor));
  }

  neg(x: Value): Value {
    return this.one('neg', [x], {});
  }

  square(x: Value): Value {
    return this.one('square', [x], {});
  }

  sqrt(x: Value): Value {
    return this.one('sqrt', [x], {});
  }

  exp(x: Value): Value {
    return this.one('exp', [x], {});
  }

  tanh(x: Value): Value {
    return this.one('tanh', [x], {});
  }

  sin(x: Value): Value {
    return this.one('sin', [x], {});
  }

  cos(x: Value): Value {
    return this.one('cos', [x], {});
  }

  toFloat(x: Value): Value {
    return this.one('toFloat', [x], {});
  }

  relu(x: Value): Value {
    return this.one('relu', [x], {});
  }

  sigmoid(x: Value): Value {
    return this.one('sigmoid', [x], {});
  }

  step(x: Value): Value {
    return this.one('step', [x], {});
  }

  geluTanh(x: Value): Value {
    return this.one('geluTanh', [x], {});
  }

  geluErf(x: Value): Value {
    return this.one('geluErf', [x], {});
  }

  select(mask: Value, a: Value, b: Value): Value {
    return this.one('select', [mask, a, b], {});
  }

  /** Sum over axes (all when not named). */
  sum(x: Value, axes: readonly number[] = x.shape.map((_, axis) => axis), keep = false): Value {
    return axes.length === 0 ? x : this.one('sum', [x], { axes, keep });
  }

  mean(x: Value): Value {
    return this.one('mean', [x], {});
  }

  softmax(x: Value): Value {
    return this.one('softmax', [x], {});
  }

  logSoftmax(x: Value): Value {
    return this.one('logSoftmax', [x], {});
  }

  matmul(a: Value, b: Value): Value {
    return this.one('matmul', [a, b], {});
  }

  linear(x: Value, weight: Value, bias: Value | null = null, transposed = false): Value {
    return this.one('linear', bias ? [x, weight, bias] : [x, weight], { transposed });
  }

  reshape(x: Value, shape: Shape): Value {
    return this.one('reshape', [x], { shape });
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    return this.one('transpose', [x], { permutation });
  }

  split(x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
    return this.emit('split', [x], { axis: normalAxis(axis, x.shape.length), sizes });
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.one('concat', values, { axis: normalAxis(axis, values[0]!.shape.length) });
  }

  /** x repeated to the shape of `like`. */
  broadcastLike(x: Value, like: Value): Value {
    return this.one('broadcastLike', [x, like], {});
  }

  /** Zeros; not 0 times the value, which is NaN where that is infinite. */
  zerosLike(value: Value): Value {
    return this.broadcastLike(this.scalar(0), value);
  }

  rows(table: Value, ids: Value): Value {
    return this.one('rows', [table, ids], {});
  }

  take(x: Value, indices: Value, axis: number): Value {
    return this.one('take', [x, indices], { axis: normalAxis(axis, x.shape.length) });
  }

  pick(x: Value, ids: Value): Value {
    return this.one('pick', [x, ids], {});
  }

  topkMask(x: Value, k: number): Value {
    return this.one('topkMask', [x], { k });
  }

  topk(x: Value, k: number): { values: Value; indices: Value } {
    const [values, indices] = this.emit('topk', [x], { k });
    return { values: values!, indices: indices! };
  }

  /** The last axis as several: [..., a*b] to [..., a, b]. */
  unflatten(x: Value, dims: readonly Dim[]): Value {
    return this.reshape(x, [...x.shape.slice(0, -1), ...dims]);
  }

  /** The last two axes as one. */
  flatten(x: Value): Value {
    const [a, b] = x.shape.slice(-2) as [number, number];
    return this.reshape(x, [...x.shape.slice(0, -2), a * b]);
  }

  private one<Op extends OpName>(op: Op, inputs: readonly Value[], attributes: OpAttributes[Op]): Value {
    return this.emit(op, inputs, attributes)[0]!;
  }
}

function weightKey({ name, shape }: OpAttributes['weight']): string {
  return `${name}:${shape.join()}`;
}

function remember<K>(known: Map<K, Value>, key: K, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
