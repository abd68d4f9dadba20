/**
 * The closed set of operations. Each has one row here (attributes and the shapes of its results), one in `vjp.ts`
 * (reverse mode) and one in `lower.ts` (ONNX); a missing row is a type error.
 */
import { addDims, broadcast, elementCount, normalAxis, sameShape, ShapeError, shapeText } from './shapes';
import type { Dim, DType, Shape, Value } from './types';

type None = Record<string, never>;

/** What each operation needs to know besides its inputs. */
export interface OpAttributes {
  /** Fed at every run. */
  input: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  /** A tensor of the checkpoint, possibly seen under another shape with as many elements. */
  weight: { readonly name: string; readonly shape: Shape };
  constant: { readonly data: Float32Array | BigInt64Array; readonly shape: readonly number[] };
  /** Identity that gives a value a hook point name. */
  hook: { readonly name: string };
  /** Identity forward, zero backward. */
  stopGradient: None;
  add: None;
  sub: None;
  mul: None;
  div: None;
  neg: None;
  square: None;
  sqrt: None;
  exp: None;
  tanh: None;
  sin: None;
  cos: None;
  /** Whole numbers as float32, rounded beyond 2^24. */
  toFloat: None;
  relu: None;
  sigmoid: None;
  /** 1 where x > 0, else 0. Its derivative is taken as 0. */
  step: None;
  /** 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), Hendrycks and Gimpel, arXiv 1606.08415. */
  geluTanh: None;
  /** 0.5 x (1 + erf(x / sqrt 2)). */
  geluErf: None;
  /** Phi(x) = 0.5 (1 + erf(x / sqrt 2)), the normal distribution function. */
  normalCdf: None;
  /** select(mask, a, b): a where mask is not 0, else b. */
  select: None;
  /** Sum over the axes, which stay as length 1 when `keep`. */
  sum: { readonly axes: readonly number[]; readonly keep: boolean };
  /** Mean over the last axis, kept as length 1. */
  mean: None;
  /** (x - mean) / scale with scale = sqrt(mean((x - mean)^2) + epsilon) over the last axis. Results: normalized, scale. */
  normalize: { readonly epsilon: number };
  softmax: None;
  logSoftmax: None;
  matmul: None;
  /** x[..., in] W (+ b), W [in, out], or [out, in] when transposed. Inputs: x, W, and b when there is one. */
  linear: { readonly transposed: boolean };
  /** The cotangent of W in `linear`, from x and the cotangent of the result; same orientation as W. */
  linearWeight: { readonly transposed: boolean };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  split: { readonly axis: number; readonly sizes: readonly number[] };
  concat: { readonly axis: number };
  /** Undoes a concat of two. Inputs: the whole, and the two parts for their lengths. */
  splitLike: { readonly axis: number };
  /** Repeats along axes of length 1 (or missing in front) until the shape of the second input. */
  broadcastLike: None;
  /** rows(table [n, d], ids [...]) = [..., d]. */
  rows: None;
  /** The cotangent of `rows` for a table of n rows: adds each cotangent row where its id points. Inputs: ids, cotangent. */
  addRows: { readonly rowCount: number };
  /** take(x, indices [n]) along one axis. */
  take: { readonly axis: number };
  /** The cotangent of `take`. Inputs: x (for its shape), indices, cotangent. */
  addTaken: { readonly axis: number };
  /** pick(x [..., n], ids [...]) = [...]: one entry of the last axis. */
  pick: None;
  /** The cotangent of `pick`. Inputs: x (for its shape), ids, cotangent. */
  unpick: None;
  /** 1 at the k largest entries of the last axis, else 0 (ties to the lower index). Its derivative is taken as 0. */
  topkMask: { readonly k: number };
  /** The k largest of the last axis, largest first. Results: values, indices. Not differentiable. */
  topk: { readonly k: number };
}

export type OpName = keyof OpAttributes;

type ResultType = { readonly shape: Shape; readonly dtype: DType };
type Infer<Op extends OpName> = (
  inputs: readonly Value[],
  attributes: OpAttributes[Op],
) => readonly ResultType[];

const float = (shape: Shape): readonly ResultType[] => [{ shape, dtype: 'float32' }];
const same = ([x]: readonly Value[]): readonly ResultType[] => [{ shape: x!.shape, dtype: x!.dtype }];
const elementwise = ([a, b]: readonly Value[]): readonly ResultType[] => float(broadcast(a!.shape, b!.shape));
const lead = (value: Value): Shape => value.shape.slice(0, -1);
const lastDim = (value: Value): Dim => value.shape.at(-1) ?? 1;

function replaceAxis(shape: Shape, axis: number, dim: Dim): Shape {
  return shape.map((old, at) => (at === normalAxis(axis, shape.length) ? dim : old));
}

function inferSum([x]: readonly Value[], { axes, keep }: OpAttributes['sum']): readonly ResultType[] {
  const summed = new Set(axes.map((axis) => normalAxis(axis, x!.shape.length)));
  const shape = x!.shape.flatMap((dim, axis) => (!summed.has(axis) ? [dim] : keep ? [1] : []));
  return float(shape);
}

function inferMatmul([a, b]: readonly Value[]): readonly ResultType[] {
  if (lastDim(a!) !== b!.shape.at(-2)) {
    throw new ShapeError(`matmul of ${shapeText(a!.shape)} and ${shapeText(b!.shape)}: inner lengths differ`);
  }
  return float([...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), a!.shape.at(-2)!, lastDim(b!)]);
}

function inferLinear(
  [x, w, bias]: readonly Value[],
  { transposed }: OpAttributes['linear'],
): readonly ResultType[] {
  const [into, out] = transposed ? [w!.shape[1]!, w!.shape[0]!] : [w!.shape[0]!, w!.shape[1]!];
  if (w!.shape.length !== 2 || lastDim(x!) !== into) {
    throw new ShapeError(
      `linear of ${shapeText(x!.shape)} by ${shapeText(w!.shape)} (transposed: ${transposed})`,
    );
  }
  if (bias && !sameShape(bias.shape, [out])) {
    throw new ShapeError(`linear to ${out} with a bias ${shapeText(bias.shape)}`);
  }
  return float([...lead(x!), out]);
}

function inferReshape([x]: readonly Value[], { shape }: OpAttributes['reshape']): readonly ResultType[] {
  const known = (dims: Shape) => elementCount(dims.filter((dim) => typeof dim === 'number'));
  const named = (dims: Shape) => dims.filter((dim) => typeof dim === 'string').sort();
  if (known(x!.shape) !== known(shape) || !sameShape(named(x!.shape), named(shape))) {
    throw new ShapeError(`reshape of ${shapeText(x!.shape)} to ${shapeText(shape)}`);
  }
  return [{ shape, dtype: x!.dtype }];
}

function inferTranspose(
  [x]: readonly Value[],
  { permutation }: OpAttributes['transpose'],
): readonly ResultType[] {
  if (!x!.shape.every((_, axis) => permutation.includes(axis)) || permutation.length !== x!.shape.length) {
    throw new ShapeError(`transpose of ${shapeText(x!.shape)} by ${shapeText(permutation)}`);
  }
  return [{ shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype }];
}

function inferSplit([x]: readonly Value[], { axis, sizes }: OpAttributes['split']): readonly ResultType[] {
  if (x!.shape[axis] !== sizes.reduce((a, b) => a + b, 0)) {
    throw new ShapeError(`split of ${shapeText(x!.shape)} along axis ${axis} into ${shapeText(sizes)}`);
  }
  return sizes.map((size) => ({ shape: replaceAxis(x!.shape, axis, size), dtype: x!.dtype }));
}

function inferBroadcastLike([x, like]: readonly Value[]): readonly ResultType[] {
  if (sameShape(broadcast(x!.shape, like!.shape), like!.shape)) return float(like!.shape);
  throw new ShapeError(`${shapeText(x!.shape)} cannot be repeated to ${shapeText(like!.shape)}`);
}

/** @throws ShapeError when the last axis is known to be shorter than k */
function checkTop(x: Value, k: number): void {
  const width = lastDim(x);
  if (typeof width === 'number' && width < k) throw new ShapeError(`top ${k} of ${shapeText(x.shape)}`);
}

function inferConcat(inputs: readonly Value[], { axis }: OpAttributes['concat']): readonly ResultType[] {
  const others = inputs.map(({ shape }) => replaceAxis(shape, axis, 1));
  if (others.some((shape) => !sameShape(shape, others[0]!))) {
    const shapes = inputs.map(({ shape }) => shapeText(shape)).join(' and ');
    throw new ShapeError(`concat of ${shapes} along axis ${axis}`);
  }
  const at = normalAxis(axis, inputs[0]!.shape.length);
  const length = inputs.map((value) => value.shape[at]!).reduce(addDims);
  return [{ shape: replaceAxis(inputs[0]!.shape, at, length), dtype: inputs[0]!.dtype }];
}

/** Shapes and types of an operation's results. Throws ShapeError when the inputs do not fit. */
export const inferTable: { readonly [Op in OpName]: Infer<Op> } = {
  input: (_, { shape, dtype }) => [{ shape, dtype }],
  weight: (_, { shape }) => float(shape),
  constant: (_, { data, shape }) => [{ shape, dtype: data instanceof Float32Array ? 'float32' : 'int64' }],
  hook: same,
  stopGradient: same,
  add: elementwise,
  sub: elementwise,
  mul: elementwise,
  div: elementwise,
  neg: same,
  square: same,
  sqrt: same,
  exp: same,
  tanh: same,
  sin: same,
  cos: same,
  toFloat: ([x]) => float(x!.shape),
  relu: same,
  sigmoid: same,
  step: same,
  geluTanh: same,
  geluErf: same,
  normalCdf: same,
  select: ([mask, a, b]) => float(broadcast(mask!.shape, broadcast(a!.shape, b!.shape))),
  sum: inferSum,
  mean: ([x]) => float([...lead(x!), 1]),
  normalize: ([x]) => [...float(x!.shape), ...float([...lead(x!), 1])],
  softmax: same,
  logSoftmax: same,
  matmul: inferMatmul,
  linear: inferLinear,
  linearWeight: ([x, dy], { transposed }) => {
    const [into, out] = [lastDim(x!), lastDim(dy!)];
    return float(transposed ? [out, into] : [into, out]);
  },
  reshape: inferReshape,
  transpose: inferTranspose,
  split: inferSplit,
  concat: inferConcat,
  splitLike: ([, a, b]) => [...float(a!.shape), ...float(b!.shape)],
  broadcastLike: inferBroadcastLike,
  rows: ([table, ids]) => float([...ids!.shape, lastDim(table!)]),
  addRows: ([, dy], { rowCount }) => float([rowCount, lastDim(dy!)]),
  take: ([x, indices], { axis }) => [
    { shape: replaceAxis(x!.shape, axis, indices!.shape[0]!), dtype: x!.dtype },
  ],
  addTaken: same,
  pick: ([x]) => float(lead(x!)),
  unpick: same,
  topkMask: ([x], { k }) => {
    checkTop(x!, k);
    return float(x!.shape);
  },
  topk: ([x], { k }) => {
    checkTop(x!, k);
    const shape = [...lead(x!), k];
    return [
      { shape, dtype: 'float32' },
      { shape, dtype: 'int64' },
    ];
  },
};
