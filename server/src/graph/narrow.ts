/** Computing only what is taken: positions that are chosen at the end need not be computed before. */
import { Builder } from './builder';
import type { OpName } from './ops';
import { isOp, type Graph, type Node, type Shape, type Value } from './types';

/** The part of a value that anybody needs: entries `indices` along `axis`. Null is all of it. */
interface Part {
  readonly indices: Value;
  readonly axis: number;
}

type Need = Part | null;

/**
 * The same program in which what only a `take` needs is computed for the taken entries alone: of the logits of two answers, two
 * rows of the unembedding. What does not act on them one by one (splits, products along the taken axis) stays whole. A narrowed hook
 * point names the narrowed value. Indices of takes are inputs or constants.
 */
export function narrowTakes(graph: Graph): Graph {
  const needs = needsOf(graph);
  const b = new Builder();
  const copies = new Map<Value, Value>();
  for (const node of graph.nodes) {
    // Indices are read before the place where the graph first mentions them.
    if (isOp(node, 'input') || isOp(node, 'constant'))
      copies.set(node.outputs[0]!, write(b, node, [], null)[0]!);
  }
  /** The copy of a value, or the part of it that is needed here. */
  const read = (value: Value, part: Need): Value => {
    const copy = copies.get(value)!;
    return part === null || needs.get(value) ? copy : b.take(copy, copies.get(part.indices)!, part.axis);
  };
  for (const node of graph.nodes) {
    if (copies.has(node.outputs[0]!)) continue;
    const need = needs.get(node.outputs[0]!) ?? null;
    const parts = isOp(node, 'take') ? null : inputParts(node, need);
    const inputs = node.inputs.map((value, i) => read(value, parts?.[i] ?? null));
    const isTaken = isOp(node, 'take') && needs.get(node.inputs[0]!);
    const outputs = isTaken ? [inputs[0]!] : write(b, node, inputs, need);
    node.outputs.forEach((value, i) => copies.set(value, outputs[i]!));
  }
  for (const [name, value] of graph.outputs) b.output(name, copies.get(value)!);
  return b.build();
}

function write(b: Builder, node: Node, inputs: readonly Value[], need: Need): readonly Value[] {
  if (isOp(node, 'input'))
    return [b.input(node.attributes.name, node.attributes.shape, node.attributes.dtype)];
  if (isOp(node, 'weight')) return [b.weight(node.attributes.name, node.attributes.shape)];
  if (need && isOp(node, 'reshape')) {
    const length = inputs[0]!.shape[need.axis]!;
    return [
      b.reshape(
        inputs[0]!,
        node.attributes.shape.map((dim, at) => (at === need.axis ? length : dim)),
      ),
    ];
  }
  return b.emit(node.op, inputs, node.attributes);
}

/** For every value the part that all its readers together need. */
function needsOf(graph: Graph): Map<Value, Need> {
  const needs = new Map<Value, Need>();
  const ask = (value: Value, need: Need): void => {
    needs.set(value, needs.has(value) ? both(needs.get(value)!, need) : need);
  };
  for (const value of graph.outputs.values()) ask(value, null);
  for (const node of graph.nodes.toReversed()) {
    const wanted = node.outputs.filter((value) => needs.has(value)).map((value) => needs.get(value) ?? null);
    const need = wanted.length > 0 ? wanted.reduce<Need>(both, wanted[0]!) : null;
    const parts = inputParts(node, need);
    const isNarrowed = need !== null && parts !== null && !isOp(node, 'take');
    for (const value of node.outputs) needs.set(value, isNarrowed ? need : null);
    node.inputs.forEach((value, i) => {
      ask(value, parts?.[i] ?? null);
    });
  }
  return needs;
}

function both(a: Need, b: Need): Need {
  return a && b && a.axis === b.axis && a.indices === b.indices ? a : null;
}

/** Operations that act on each entry by itself. */
const ENTRYWISE: ReadonlySet<OpName> = new Set([
  'hook',
  'stopGradient',
  'neg',
  'square',
  'sqrt',
  'exp',
  'tanh',
  'sin',
  'cos',
  'toFloat',
  'relu',
  'sigmoid',
  'step',
  'geluTanh',
  'geluErf',
  'normalCdf',
]);

/** Operations that act on each row of the last axis by itself. */
const ROWWISE: ReadonlySet<OpName> = new Set(['mean', 'normalize', 'softmax', 'logSoftmax']);

const ELEMENTWISE: ReadonlySet<OpName> = new Set(['add', 'sub', 'mul', 'div', 'select']);

/** What a node needs of its inputs when only a part of its results is needed; null when it needs everything. */
function inputParts(node: Node, need: Need): Need[] | null {
  if (isOp(node, 'take')) return [{ indices: node.inputs[1]!, axis: node.attributes.axis }, null];
  if (need === null) return null;
  const { axis, indices } = need;
  const shape = node.outputs[0]!.shape;
  const first = (at: number): Need[] => node.inputs.map((_, i) => (i === 0 ? { indices, axis: at } : null));
  const isLast = axis === shape.length - 1;
  if (isOp(node, 'linear')) return isLast ? outputParts(node, indices) : first(axis);
  if (ENTRYWISE.has(node.op)) return first(axis);
  if (ROWWISE.has(node.op)) return isLast ? null : first(axis);
  if (ELEMENTWISE.has(node.op)) {
    return node.inputs.map((value) => operandPart(value, axis - shape.length + value.shape.length, indices));
  }
  if (isOp(node, 'transpose')) return first(node.attributes.permutation[axis]!);
  if (isOp(node, 'matmul')) {
    return axis === shape.length - 2 && node.inputs[0]!.shape.length === shape.length ? first(axis) : null;
  }
  return isOp(node, 'reshape') && sameFront(node.inputs[0]!.shape, shape, axis) ? first(axis) : null;
}

/** Of a linear map only some outputs: their columns of the weight [in, out], or rows where it is transposed, and biases. */
function outputParts({ attributes, inputs }: Node<'linear'>, indices: Value): Need[] {
  const parts: Need[] = [null, { indices, axis: attributes.transposed ? 0 : 1 }, { indices, axis: 0 }];
  return parts.slice(0, inputs.length);
}

/** An operand that is repeated along the axis is needed whole. */
function operandPart(value: Value, axis: number, indices: Value): Need {
  return axis < 0 || value.shape[axis] === 1 ? null : { indices, axis };
}

/** Are the axes the same up to this one? */
function sameFront(a: Shape, b: Shape, axis: number): boolean {
  return b.slice(0, axis + 1).every((dim, at) => dim === a[at]);
}
