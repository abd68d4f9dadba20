/** Lowers a graph to an ONNX model: one row an operation, written with the plain operators every provider has. */
import { flatRows, lowerLinear, lowerMatmul } from './lowerProducts';
import { Lowering, type WeightLookup } from './lowering';
import type { Attribute } from './onnx/model';
import { elementTypeCode } from './onnx/model';
import type { OpName } from './ops';
import { normalAxis } from './shapes';
import { slice } from './rewrite';
import type { Graph, Node, Value } from './types';

export type { WeightLookup, WeightStorage } from './lowering';

/** An ONNX model with the names to feed and to fetch. */
export interface LoweredGraph {
  readonly model: Uint8Array;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Does it widen weights of 16 bits, so that large tensors come and go all the time? */
  readonly widens: boolean;
  /** Parts of files that it maps. */
  readonly mappings: number;
}

type Row<Op extends OpName> = (l: Lowering, node: Node<Op>) => void;

/** One ONNX operator with the same inputs and results. */
function plain<Op extends OpName>(onnxOp: string, attributes: Record<string, Attribute> = {}): Row<Op> {
  return (l, node) => {
    l.emitTo(
      node.outputs,
      onnxOp,
      node.inputs.map((value) => l.name(value)),
      attributes,
    );
  };
}

const alias = (l: Lowering, node: Node): void => {
  l.alias(node.outputs[0]!, l.name(node.inputs[0]!));
};

function lowerNormalize(l: Lowering, node: Node<'normalize'>): void {
  const [normalized, scale] = [node.outputs[0]!, node.outputs[1]!];
  const width = node.inputs[0]!.shape.at(-1) as number;
  const inputs = [l.name(node.inputs[0]!), l.ones(width)];
  const attributes = { axis: -1, epsilon: { float: node.attributes.epsilon } };
  if (!l.isRead(scale)) {
    l.emitTo([normalized], 'LayerNormalization', inputs, attributes);
    return;
  }
  const name = l.define(normalized, 'normalized');
  const inverse = l.onnx.fresh('inverse');
  l.onnx.node('LayerNormalization', inputs, [name, l.onnx.fresh('mean'), inverse], attributes);
  l.emitTo([scale], 'Reciprocal', [inverse]);
}

function zeros(l: Lowering, like: Value): string {
  return l.emit('ConstantOfShape', [l.shape(like.shape)]);
}

/** Entries of an axis. Those of a weight of 16 bits are gathered as they are stored and then widened. */
function lowerGather(l: Lowering, inputs: readonly Value[], outputs: readonly Value[], axis: number): void {
  const [from, indices] = [inputs[0]!, inputs[1]!];
  const view = l.sixteenBit(from);
  if (!view || view.permutation) {
    l.emitTo(outputs, 'Gather', [l.name(from), l.name(indices)], { axis });
    return;
  }
  const stored = l.emit('Gather', [view.weight.stored(), l.name(indices)], { axis });
  l.emitTo(outputs, 'Cast', [stored], { to: elementTypeCode('float32') });
}

function lowerAddTaken(l: Lowering, node: Node<'addTaken'>): void {
  const [x, indices, dy] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]!];
  const { axis } = node.attributes;
  const rows = l.emit('Unsqueeze', [l.name(indices), l.integers([1])]);
  if (axis === 0) {
    l.emitTo(node.outputs, 'ScatterND', [zeros(l, x), rows, l.name(dy)], { reduction: 'add' });
    return;
  }
  const front = x.shape.map((_, at) => (at === 0 ? axis : at === axis ? 0 : at));
  const target = l.emit('Transpose', [zeros(l, x)], { perm: front });
  const updates = l.emit('Transpose', [l.name(dy)], { perm: front });
  const added = l.emit('ScatterND', [target, rows, updates], { reduction: 'add' });
  l.emitTo(node.outputs, 'Transpose', [added], { perm: front });
}

function lowerTopkMask(l: Lowering, node: Node<'topkMask'>): void {
  const x = node.inputs[0]!;
  const { k } = node.attributes;
  const [values, indices] = [l.onnx.fresh('values'), l.onnx.fresh('indices')];
  l.onnx.node('TopK', [l.name(x), l.integers([k])], [values, indices], { axis: -1 });
  const ones = l.emit('Expand', [l.scalar(1), l.emit('Shape', [indices])]);
  l.emitTo(node.outputs, 'ScatterElements', [zeros(l, x), indices, ones], { axis: -1 });
}

const lowerTable: { readonly [Op in OpName]: Row<Op> } = {
  input: (l, { attributes, outputs }) => {
    l.onnx.input(attributes.name, attributes.dtype, attributes.shape);
    l.inputNames.push(attributes.name);
    l.alias(outputs[0]!, attributes.name);
  },
  weight: (l, { attributes, outputs }) => {
    l.weight(outputs[0]!, attributes.name);
  },
  constant: (l, { attributes, outputs }) => {
    l.alias(outputs[0]!, l.constant(attributes.data, attributes.shape));
  },
  hook: alias,
  stopGradient: alias,
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  neg: plain('Neg'),
  square: (l, { inputs, outputs }) => {
    l.emitTo(outputs, 'Mul', [l.name(inputs[0]!), l.name(inputs[0]!)]);
  },
  sqrt: plain('Sqrt'),
  exp: plain('Exp'),
  tanh: plain('Tanh'),
  sin: plain('Sin'),
  cos: plain('Cos'),
  toFloat: plain('Cast', { to: elementTypeCode('float32') }),
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  step: (l, { inputs, outputs }) => {
    const positive = l.emit('Greater', [l.name(inputs[0]!), l.scalar(0)]);
    l.emitTo(outputs, 'Cast', [positive], { to: elementTypeCode('float32') });
  },
  geluTanh: plain('Gelu', { approximate: 'tanh' }),
  geluErf: plain('Gelu'),
  normalCdf: (l, { inputs, outputs }) => {
    const erf = l.emit('Erf', [l.emit('Mul', [l.name(inputs[0]!), l.scalar(Math.SQRT1_2)])]);
    l.emitTo(outputs, 'Mul', [l.emit('Add', [erf, l.scalar(1)]), l.scalar(0.5)]);
  },
  select: (l, { inputs, outputs }) => {
    const mask = l.emit('Cast', [l.name(inputs[0]!)], { to: elementTypeCode('bool') });
    l.emitTo(outputs, 'Where', [mask, l.name(inputs[1]!), l.name(inputs[2]!)]);
  },
  sum: (l, { inputs, outputs, attributes }) => {
    const axes = attributes.axes.map((axis) => normalAxis(axis, inputs[0]!.shape.length));
    l.emitTo(outputs, 'ReduceSum', [l.name(inputs[0]!), l.integers(axes)], {
      keepdims: attributes.keep ? 1 : 0,
    });
  },
  mean: (l, { inputs, outputs }) => {
    l.emitTo(outputs, 'ReduceMean', [l.name(inputs[0]!), l.integers([-1])], { keepdims: 1 });
  },
  normalize: lowerNormalize,
  softmax: plain('Softmax', { axis: -1 }),
  logSoftmax: plain('LogSoftmax', { axis: -1 }),
  matmul: lowerMatmul,
  linear: lowerLinear,
  linearWeight: (l, { inputs, outputs, attributes }) => {
    const rows = inputs.map((value) => flatRows(l, value));
    l.emitTo(outputs, 'Gemm', attributes.transposed ? rows.reverse() : rows, { transA: 1 });
  },
  reshape: (l, { inputs, outputs, attributes }) => {
    const target = l.reshapeTarget(inputs[0]!.shape, attributes.shape);
    l.emitTo(outputs, 'Reshape', [l.name(inputs[0]!), target]);
  },
  transpose: (l, { inputs, outputs, attributes }) => {
    const view = l.sixteenBit(inputs[0]!);
    if (view) l.permuteView(outputs[0]!, view, attributes.permutation);
    else l.emitTo(outputs, 'Transpose', [l.name(inputs[0]!)], { perm: attributes.permutation });
  },
  split: (l, { inputs, outputs, attributes }) => {
    l.emitTo(outputs, 'Split', [l.name(inputs[0]!), l.integers(attributes.sizes)], { axis: attributes.axis });
  },
  concat: (l, { inputs, outputs, attributes }) => {
    l.emitTo(
      outputs,
      'Concat',
      inputs.map((value) => l.name(value)),
      { axis: attributes.axis },
    );
  },
  splitLike: (l, { inputs, outputs, attributes }) => {
    const sizes = outputs.map((part) => l.length(part.shape[attributes.axis]!));
    const sizeTensor = l.emit('Concat', sizes, { axis: 0 });
    l.emitTo(outputs, 'Split', [l.name(inputs[0]!), sizeTensor], { axis: attributes.axis });
  },
  broadcastLike: (l, { inputs, outputs }) => {
    l.emitTo(outputs, 'Expand', [l.name(inputs[0]!), l.shape(inputs[1]!.shape)]);
  },
  rows: (l, { inputs, outputs }) => {
    lowerGather(l, inputs, outputs, 0);
  },
  addRows: (l, { inputs, outputs }) => {
    const ids = l.emit('Reshape', [l.name(inputs[0]!), l.integers([-1, 1])]);
    const target = l.emit('ConstantOfShape', [l.shape(outputs[0]!.shape)]);
    l.emitTo(outputs, 'ScatterND', [target, ids, flatRows(l, inputs[1]!)], { reduction: 'add' });
  },
  take: (l, { inputs, outputs, attributes }) => {
    lowerGather(l, inputs, outputs, attributes.axis);
  },
  addTaken: lowerAddTaken,
  pick: (l, { inputs, outputs }) => {
    const ids = l.emit('Unsqueeze', [l.name(inputs[1]!), l.integers([-1])]);
    const picked = l.emit('GatherElements', [l.name(inputs[0]!), ids], { axis: -1 });
    l.emitTo(outputs, 'Squeeze', [picked, l.integers([-1])]);
  },
  unpick: (l, { inputs, outputs }) => {
    const [ids, dy] = [inputs[1]!, inputs[2]!].map((value) =>
      l.emit('Unsqueeze', [l.name(value), l.integers([-1])]),
    );
    l.emitTo(outputs, 'ScatterElements', [zeros(l, inputs[0]!), ids!, dy!], { axis: -1 });
  },
  topkMask: lowerTopkMask,
  topk: (l, { inputs, outputs, attributes }) => {
    l.emitTo(outputs, 'TopK', [l.name(inputs[0]!), l.integers([attributes.k])], { axis: -1 });
  },
};

function lowerNode<Op extends OpName>(l: Lowering, node: Node<Op>): void {
  const row: Row<Op> = lowerTable[node.op];
  row(l, node);
}

/** The graph as an ONNX model, without what no output needs. */
export function lower(graph: Graph, weights: WeightLookup): LoweredGraph {
  const program = slice(graph);
  const l = new Lowering(program, weights);
  for (const node of program.nodes) lowerNode(l, node);
  for (const [name, value] of program.outputs) {
    if (l.name(value) !== name) l.onnx.node('Identity', [l.name(value)], [name]);
    l.onnx.output(name, value.dtype);
  }
  return {
    model: l.onnx.encode(),
    inputs: l.inputNames,
    outputs: [...program.outputs.keys()],
    widens: l.widens,
    mappings: l.onnx.mappings,
  };
}
