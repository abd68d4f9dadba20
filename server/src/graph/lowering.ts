/** What the rows of `lower.ts` write with: ONNX names of values, shared constants, lengths known only at run time. */
import type { Attribute, ElementType, FileRange } from './onnx/model';
import { OnnxModel } from './onnx/model';
import { elementCount } from './shapes';
import { permuted, type SixteenBitView, SixteenBitWeight, widen } from './sixteenBit';
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
  private readonly views = new Map<Value, SixteenBitView>();
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

  /** The value's name. A weight of 16 bits is widened as a whole when this is first asked. */
  name(value: Value): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    const name = widen(this.onnx, this.views.get(value)!);
    this.alias(value, name);
    return name;
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
    return this.onnx.emit(op, inputs, attributes);
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

  /** A condition that always holds and that nobody knows before `name` is computed. */
  isThere(name: string): string {
    return this.shared(`there:${name}`, () =>
      this.emit('GreaterOrEqual', [this.emit('Size', [name]), this.constant(BigInt64Array.of(0n), [])]),
    );
  }

  /** Declares a weight. One of 16 bits is widened by its readers. */
  weight(value: Value, name: string): void {
    const storage = this.weightStorage(name);
    const shape = value.shape as readonly number[];
    if (storage.kind === 'fed') {
      this.fedWeight(value, name, storage.shape ?? shape);
      return;
    }
    elementCount(shape);
    if (storage.type !== 'float32') {
      const weight = new SixteenBitWeight(this.onnx, name, storage.type, shape, storage.range);
      this.views.set(value, { weight, permutation: null });
      return;
    }
    const own = this.onnx.fresh(name);
    this.onnx.mapped(own, storage.type, shape, storage.range);
    this.alias(value, own);
  }

  /** Are weights widened when the graph runs? */
  get widens(): boolean {
    return this.views.size > 0;
  }

  /** The weight of 16 bits that the value is, or null. */
  sixteenBit(value: Value): SixteenBitView | null {
    return this.views.get(value) ?? null;
  }

  /** Lets `value` be a weight of 16 bits with its axes reordered, which costs nothing until it is read. */
  permuteView(value: Value, view: SixteenBitView, permutation: readonly number[]): void {
    this.views.set(value, permuted(view, permutation));
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
