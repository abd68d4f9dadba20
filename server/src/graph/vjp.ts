/**
 * Reverse mode, one rule an operation: from the cotangents of its results to those of its inputs, written as nodes.
 *
 * With y = f(x) and a scalar L, the cotangent of y is dL/dy. `null` means that nothing flows there.
 */
import type { Builder } from './builder';
import type { OpAttributes, OpName } from './ops';
import { broadcastAxes, normalAxis, sameShape, ShapeError } from './shapes';
import type { Value } from './types';

export interface Step<Op extends OpName> {
  readonly b: Builder;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: OpAttributes[Op];
  /** Cotangent of each result. */
  readonly cotangents: readonly (Value | null)[];
  /** Which inputs lead back to something differentiated. */
  readonly wanted: readonly boolean[];
}

type Rule<Op extends OpName> = (step: Step<Op>) => readonly (Value | null)[];

/** Sums a cotangent over the axes along which its value was repeated. */
export function unbroadcast(b: Builder, cotangent: Value, like: Value): Value {
  const axes = broadcastAxes(like.shape, cotangent.shape);
  if (axes.length === 0) return cotangent;
  const missing = cotangent.shape.length - like.shape.length;
  const kept = axes.filter((axis) => axis >= missing);
  const summed = b.sum(cotangent, kept, true);
  return b.sum(
    summed,
    axes.filter((axis) => axis < missing),
  );
}

/** A rule for y = f(x) whose results all have one cotangent. */
function unary<Op extends OpName>(
  rule: (b: Builder, dy: Value, x: Value, y: Value) => Value | null,
): Rule<Op> {
  return ({ b, inputs, outputs, cotangents }) => [rule(b, cotangents[0]!, inputs[0]!, outputs[0]!)];
}

/** A rule for an elementwise operation with broadcasting; each side is computed only when wanted. */
function binary<Op extends OpName>(
  left: (b: Builder, dy: Value, x: Value, y: Value) => Value,
  right: (b: Builder, dy: Value, x: Value, y: Value) => Value,
): Rule<Op> {
  return ({ b, inputs, cotangents, wanted }) => {
    const [x, y, dy] = [inputs[0]!, inputs[1]!, cotangents[0]!];
    return [
      wanted[0] ? unbroadcast(b, left(b, dy, x, y), x) : null,
      wanted[1] ? unbroadcast(b, right(b, dy, x, y), y) : null,
    ];
  };
}

const nothing = ({ inputs }: { inputs: readonly Value[] }): null[] => inputs.map(() => null);

function notDifferentiable(): never {
  throw new ShapeError('the values of top-k are for reading and cannot be differentiated; use topkMask');
}

/** d/dx of 0.5 x (1 + tanh u), u = c (x + k x^3): 0.5 (1 + t) + 0.5 x (1 - t^2) c (1 + 3 k x^2). */
function geluTanhRule(b: Builder, dy: Value, x: Value): Value {
  const c = Math.sqrt(2 / Math.PI);
  const k = 0.044715;
  const square = b.square(x);
  const t = b.tanh(b.mul(x, b.add(b.scale(square, c * k), b.scalar(c))));
  const slope = b.add(b.scale(square, 3 * c * k), b.scalar(c));
  const curved = b.mul(b.mul(x, slope), b.sub(b.scalar(1), b.square(t)));
  return b.mul(dy, b.scale(b.add(b.add(t, b.scalar(1)), curved), 0.5));
}

/** d/dx of x Phi(x) = Phi(x) + x phi(x), phi the normal density. */
function geluErfRule(b: Builder, dy: Value, x: Value): Value {
  const density = b.scale(b.exp(b.scale(b.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  const [cumulative] = b.emit('normalCdf', [x], {});
  return b.mul(dy, b.add(cumulative!, b.mul(x, density)));
}

/**
 * Layer normalisation, for the cotangents g of the normalized value n and s of the scale:
 * dx = (g - mean(g) - n mean(g n)) / scale + s n / d, d the width.
 */
function normalizeRule({ b, inputs, outputs, cotangents }: Step<'normalize'>): readonly (Value | null)[] {
  const [normalized, scale] = [outputs[0]!, outputs[1]!];
  const [g, s] = cotangents;
  const width = inputs[0]!.shape.at(-1) as number;
  const through = g
    ? b.div(b.sub(b.sub(g, b.mean(g)), b.mul(normalized, b.mean(b.mul(g, normalized)))), scale)
    : null;
  const ofScale = s ? b.mul(b.scale(s, 1 / width), normalized) : null;
  return [through && ofScale ? b.add(through, ofScale) : (through ?? ofScale)];
}

function softmaxRule(b: Builder, dy: Value, _: Value, y: Value): Value {
  const weighted = b.mul(dy, y);
  return b.sub(weighted, b.mul(y, b.sum(weighted, [-1], true)));
}

function swapLastTwo(b: Builder, x: Value): Value {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return b.transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

function matmulRule({ b, inputs, cotangents, wanted }: Step<'matmul'>): readonly (Value | null)[] {
  const [x, y, dz] = [inputs[0]!, inputs[1]!, cotangents[0]!];
  return [
    wanted[0] ? unbroadcast(b, b.matmul(dz, swapLastTwo(b, y)), x) : null,
    wanted[1] ? unbroadcast(b, b.matmul(swapLastTwo(b, x), dz), y) : null,
  ];
}

function linearRule({
  b,
  inputs,
  attributes,
  cotangents,
  wanted,
}: Step<'linear'>): readonly (Value | null)[] {
  const [x, w, dy] = [inputs[0]!, inputs[1]!, cotangents[0]!];
  const leading = dy.shape.map((_, axis) => axis).slice(0, -1);
  return [
    wanted[0] ? b.linear(dy, w, null, !attributes.transposed) : null,
    wanted[1] ? b.emit('linearWeight', [x, dy], attributes)[0]! : null,
    ...(inputs.length < 3 ? [] : [wanted[2] ? b.sum(dy, leading) : null]),
  ];
}

function splitRule({ b, inputs, outputs, attributes, cotangents }: Step<'split'>): readonly (Value | null)[] {
  const parts = outputs.map((part, i) => cotangents[i] ?? b.zerosLike(part));
  return inputs.map(() => b.concat(parts, attributes.axis));
}

function concatRule({
  b,
  inputs,
  attributes,
  cotangents,
  wanted,
}: Step<'concat'>): readonly (Value | null)[] {
  const sizes = inputs.map((value) => value.shape[attributes.axis]);
  if (sizes.every((size): size is number => typeof size === 'number')) {
    return b.split(cotangents[0]!, attributes.axis, sizes).map((part, i) => (wanted[i] ? part : null));
  }
  if (inputs.length !== 2)
    throw new ShapeError('reverse mode of concat along a named length takes two inputs');
  return b.emit('splitLike', [cotangents[0]!, ...inputs], attributes);
}

/** How each operation's cotangents flow back. */
export const vjpTable: { readonly [Op in OpName]: Rule<Op> } = {
  input: nothing,
  weight: nothing,
  constant: nothing,
  hook: unary((_, dy) => dy),
  stopGradient: nothing,
  add: binary(
    (_, dy) => dy,
    (_, dy) => dy,
  ),
  sub: binary(
    (_, dy) => dy,
    (b, dy) => b.neg(dy),
  ),
  mul: binary(
    (b, dy, _, y) => b.mul(dy, y),
    (b, dy, x) => b.mul(dy, x),
  ),
  div: binary(
    (b, dy, _, y) => b.div(dy, y),
    (b, dy, x, y) => b.neg(b.div(b.mul(dy, x), b.square(y))),
  ),
  neg: unary((b, dy) => b.neg(dy)),
  square: unary((b, dy, x) => b.mul(dy, b.scale(x, 2))),
  sqrt: unary((b, dy, _, y) => b.div(b.scale(dy, 0.5), y)),
  exp: unary((b, dy, _, y) => b.mul(dy, y)),
  tanh: unary((b, dy, _, y) => b.mul(dy, b.sub(b.scalar(1), b.square(y)))),
  sin: unary((b, dy, x) => b.mul(dy, b.cos(x))),
  cos: unary((b, dy, x) => b.neg(b.mul(dy, b.sin(x)))),
  toFloat: nothing,
  relu: unary((b, dy, x) => b.mul(dy, b.step(x))),
  sigmoid: unary((b, dy, _, y) => b.mul(dy, b.mul(y, b.sub(b.scalar(1), y)))),
  step: nothing,
  geluTanh: unary(geluTanhRule),
  geluErf: unary(geluErfRule),
  normalCdf: unary((b, dy, x) =>
    b.mul(dy, b.scale(b.exp(b.scale(b.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))),
  ),
  select: ({ b, inputs, cotangents, wanted }) => {
    const [mask, x, y] = [inputs[0]!, inputs[1]!, inputs[2]!];
    const zero = b.scalar(0);
    const dy = cotangents[0]!;
    return [
      null,
      wanted[1] ? unbroadcast(b, b.select(mask, dy, zero), x) : null,
      wanted[2] ? unbroadcast(b, b.select(mask, zero, dy), y) : null,
    ];
  },
  sum: ({ b, inputs, attributes, cotangents }) => {
    const [x, dy] = [inputs[0]!, cotangents[0]!];
    const axes = new Set(attributes.axes.map((axis) => normalAxis(axis, x.shape.length)));
    const kept = x.shape.map((dim, axis) => (axes.has(axis) ? 1 : dim));
    return [b.broadcastLike(sameShape(dy.shape, kept) ? dy : b.reshape(dy, kept), x)];
  },
  mean: ({ b, inputs, cotangents }) => {
    const x = inputs[0]!;
    const width = x.shape.at(-1) as number;
    return [b.broadcastLike(b.scale(cotangents[0]!, 1 / width), x)];
  },
  normalize: normalizeRule,
  softmax: unary(softmaxRule),
  logSoftmax: unary((b, dy, _, y) => b.sub(dy, b.mul(b.exp(y), b.sum(dy, [-1], true)))),
  matmul: matmulRule,
  linear: linearRule,
  linearWeight: ({ b, inputs, attributes, cotangents, wanted }) => {
    const [x, dy, dw] = [inputs[0]!, inputs[1]!, cotangents[0]!];
    return [
      wanted[0] ? b.linear(dy, dw, null, !attributes.transposed) : null,
      wanted[1] ? b.linear(x, dw, null, attributes.transposed) : null,
    ];
  },
  reshape: ({ b, inputs, cotangents }) => [b.reshape(cotangents[0]!, inputs[0]!.shape)],
  transpose: ({ b, attributes, cotangents }) => {
    const inverse = attributes.permutation.map((_, axis) => attributes.permutation.indexOf(axis));
    return [b.transpose(cotangents[0]!, inverse)];
  },
  split: splitRule,
  concat: concatRule,
  splitLike: ({ b, attributes, cotangents, outputs }) => {
    const parts = outputs.map((part, i) => cotangents[i] ?? b.zerosLike(part));
    return [b.concat(parts, attributes.axis), null, null];
  },
  broadcastLike: ({ b, inputs, cotangents }) => [unbroadcast(b, cotangents[0]!, inputs[0]!), null],
  rows: ({ b, inputs, cotangents }) => {
    const rowCount = inputs[0]!.shape[0] as number;
    return [b.emit('addRows', [inputs[1]!, cotangents[0]!], { rowCount })[0]!, null];
  },
  addRows: ({ b, inputs, cotangents }) => [null, b.rows(cotangents[0]!, inputs[0]!)],
  take: ({ b, inputs, attributes, cotangents }) => [
    b.emit('addTaken', [inputs[0]!, inputs[1]!, cotangents[0]!], attributes)[0]!,
    null,
  ],
  addTaken: ({ b, inputs, attributes, cotangents }) => [
    null,
    null,
    b.take(cotangents[0]!, inputs[1]!, attributes.axis),
  ],
  pick: ({ b, inputs, cotangents }) => [
    b.emit('unpick', [inputs[0]!, inputs[1]!, cotangents[0]!], {})[0]!,
    null,
  ],
  unpick: ({ b, inputs, cotangents }) => [null, null, b.pick(cotangents[0]!, inputs[1]!)],
  topkMask: nothing,
  topk: notDifferentiable,
};
