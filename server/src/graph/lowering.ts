/** What the rows of `lower.ts` write with: ONNX names of values, shared constants, lengths known only at run time. */
import type { Attribute, ElementType, FileRange } from './onnx/model';
import { OnnxModel } from './onnx/model';
import { elementCount } from './shapes';
import { isOp, type Dim, type Graph, type Shape, type Value } from './types';

/** Where a weight comes from when the graph runs. */
export type WeightStorage =
  | { readonly kind: 'file'; readonly type: ElementType; readonly range: FileRange }
  /** Fed at every run, in `shape` where that is not the graph's own. */
  | { readonly kind: 'fed'; readonly shape?: readonly number[] };

export type WeightLookup = (name: string) => WeightStorage;

export class Lowering {
  readonly onnx = new OnnxModel();
  /** Names of the graph's inputs, weights that are fed included. */
  readonly inputNames: string[] = [];
  private readonly names = new Map<Value, string>();
  private readonly stored = new Map<Value, string>();
  private readonly constants = new Map<string, string>();
  private readonly lengths = new Map<string, string>();
  private readonly holders = new Map<string, { name: string; axis: number }>();
  private readonly outputNames: ReadonlyMap<Value, string>;
  private readonly readers = new Set<Value>();

  constructor(
    graph: Graph,
    readonly weightStorage: WeightLookup,
  ) {
    this.outputNames = preferredNames(graph);
    for (const node of graph.nodes) for (const value of node.inputs) this.readers.add(value);
    for (const value of graph.outputs.values()) this.readers.add(value);
  }

  name(value: Value): string {
    return this.names.get(value)!;
  }

  /** Is the value read by a node or wanted as a result? */
  isRead(value: Value): boolean {
    return this.readers.has(value);
  }

  /** Lets `value` go by a name that exists. */
  alias(value: Value, name: string): void {
    this.names.set(value, name);
    value.shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && !this.holders.has(dim)) this.holders.set(dim, { name, axis });
    });
  }

  /** The name under which `value` will be made: the output's own name where it is one. */
  define(value: Value, prefix: string): string {
    const name = this.outputNames.get(value) ?? this.onnx.fresh(prefix);
    this.alias(value, name);
    return name;
  }

  /** Writes a node whose one result is intermediate. */
  emit(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const name = this.onnx.fresh(op);
    this.onnx.node(op, inputs, [name], attributes);
    return name;
  }

  /** Writes a node whose results are the values. */
  emitTo(
    values: readonly Value[],
    op: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): void {
    const outputs = values.map((value) => this.define(value, op));
    this.onnx.node(op, inputs, outputs, attributes);
  }

  integers(values: readonly number[]): string {
    return this.shared(`i:${values.join()}`, () =>
      this.constant(BigInt64Array.from(values, BigInt), [values.length]),
    );
  }

  scalar(value: number): string {
    return this.shared(`f:${value}`, () => this.constant(Float32Array.of(value), []));
  }

  /** A vector of ones of the given length. */
  ones(length: number): string {
    return this.shared(`ones:${length}`, () => this.constant(new Float32Array(length).fill(1), [length]));
  }

  /** Stores a tensor in the model itself and returns its name. */
  constant(data: Float32Array | BigInt64Array, dims: readonly number[]): string {
    const name = this.onnx.fresh('c');
    this.onnx.constant(name, data, dims);
    return name;
  }

  /** The target of a Reshape of `from` to `shape`: fixed numbers where ONNX can infer the rest, else built at run time. */
  reshapeTarget(from: Shape, shape: Shape): string {
    let inferred = 0;
    const fixed = shape.map((dim, axis) => {
      if (typeof dim === 'number') return dim;
      if (from[axis] === dim) return 0;
      inferred++;
      return -1;
    });
    return inferred <= 1 ? this.integers(fixed) : this.shape(shape);
  }

  /** A shape as a tensor. */
  shape(shape: Shape): string {
    if (shape.every((dim) => typeof dim === 'number')) return this.integers(shape);
    return this.shared(`s:${shape.join()}`, () =>
      this.emit(
        'Concat',
        shape.map((dim) => this.length(dim)),
        { axis: 0 },
      ),
    );
  }

  /** A length as a tensor of one number. */
  length(dim: Dim): string {
    if (typeof dim === 'number') return this.integers([dim]);
    const known = this.lengths.get(dim);
    if (known) return known;
    const holder = this.holders.get(dim)!;
    const name = this.emit('Shape', [holder.name], { start: holder.axis, end: holder.axis + 1 });
    this.lengths.set(dim, name);
    return name;
  }

  /** Declares a weight and returns its name in float32; `storedName` has the one in the file's own type. */
  weight(value: Value, name: string): void {
    const storage = this.weightStorage(name);
    const shape = value.shape as readonly number[];
    if (storage.kind === 'fed') {
      this.fedWeight(value, name, storage.shape ?? shape);
      return;
    }
    elementCount(shape);
    const own = this.onnx.fresh(name);
    this.onnx.mapped(own, storage.type, shape, storage.range);
    this.stored.set(value, own);
    this.alias(value, storage.type === 'float32' ? own : this.emit('Cast', [own], { to: 1 }));
  }

  /** One input, under whatever shapes the graph reads it. */
  private fedWeight(value: Value, name: string, fed: readonly number[]): void {
    const shape = value.shape as readonly number[];
    if (!this.inputNames.includes(name)) {
      this.onnx.input(name, 'float32', fed);
      this.inputNames.push(name);
    }
    const same = fed.join() === shape.join();
    this.alias(value, same ? name : this.emit('Reshape', [name, this.integers(shape)]));
  }

  /** The name of a weight in its file's own type (rows are gathered before they are widened). */
  storedName(value: Value): string {
    return this.stored.get(value) ?? this.name(value);
  }

  private shared(key: string, make: () => string): string {
    const name = this.constants.get(key) ?? make();
    this.constants.set(key, name);
    return name;
  }
}

/** Which value gives each output its tensor; aliases are followed to the value that a node really makes. */
function preferredNames(graph: Graph): Map<Value, string> {
  const roots = new Map<Value, Value>();
  const root = (value: Value): Value => roots.get(value) ?? value;
  const madeElsewhere = new Set<Value>();
  for (const node of graph.nodes) {
    if (isOp(node, 'hook') || isOp(node, 'stopGradient')) roots.set(node.outputs[0]!, root(node.inputs[0]!));
    if (isOp(node, 'input') || isOp(node, 'weight') || isOp(node, 'constant'))
      madeElsewhere.add(node.outputs[0]!);
  }
  const names = new Map<Value, string>();
  for (const [name, value] of graph.outputs) {
    const made = root(value);
    if (!madeElsewhere.has(made) && !names.has(made)) names.set(made, name);
  }
  return names;
}
