/**
 * Lowers products with weights. A weight of 16 bits is widened just before it is multiplied, a tile at a time.
 *
 * Each widening stands in a branch of an `If` that reads the other factor: it can only run once that is computed, and what it
 * widened is gone after it. Outside of a branch the runtime would widen every weight of the model before the first layer.
 */
import type { Lowering } from './lowering';
import { type Attribute, elementTypeCode, type OnnxGraph } from './onnx/model';
import { type SixteenBitView, type SixteenBitWeight, widen } from './sixteenBit';
import type { Node, Shape, Value } from './types';

/**
 * Elements of a weight that are widened at once: less than 4 MiB of float32 stay in a cache until they are multiplied, and are
 * too few to be given back to the system between two tiles (supervisor.ts).
 */
const TILE = 2 ** 20 - 2 ** 14;
/**
 * Tiles in a branch. There too each is multiplied before the next is widened, because the runtime goes from the joined results
 * back to what they need; a branch for every tile takes twice as long to compile.
 */
const GROUP = 16;

/** The value with all axes but the last as one. */
export function flatRows(l: Lowering, value: Value): string {
  if (value.shape.length === 2) return l.name(value);
  const width = value.shape.at(-1)!;
  const target =
    typeof width === 'number'
      ? l.integers([-1, width])
      : l.emit('Concat', [l.integers([-1]), l.length(width)], { axis: 0 });
  return l.emit('Reshape', [l.name(value), target]);
}

export function lowerLinear(l: Lowering, node: Node<'linear'>): void {
  const [x, weight, bias] = node.inputs;
  const output = node.outputs[0]!;
  const rows = flatRows(l, x!);
  const rest = bias ? [l.name(bias)] : [];
  const view = l.sixteenBit(weight!);
  if (view) {
    const product = tiledProduct(l, rows, view, rest, node.attributes.transposed);
    if (output.shape.length === 2) l.alias(output, product);
    else l.emitTo([output], 'Reshape', [product, unflattenTarget(l, output.shape)]);
    return;
  }
  const inputs = [rows, l.name(weight!), ...rest];
  const attributes = { transB: node.attributes.transposed ? 1 : 0 };
  if (output.shape.length === 2) {
    l.emitTo([output], 'Gemm', inputs, attributes);
    return;
  }
  const product = l.emit('Gemm', inputs, attributes);
  l.emitTo([output], 'Reshape', [product, unflattenTarget(l, output.shape)]);
}

/** Rows back to `shape`: at most one named length can be left to ONNX. */
function unflattenTarget(l: Lowering, shape: Shape): string {
  const named = shape.filter((dim) => typeof dim === 'string').length;
  return named <= 1 ? l.integers(shape.map((dim) => (typeof dim === 'string' ? -1 : dim))) : l.shape(shape);
}

export function lowerMatmul(l: Lowering, { inputs, outputs }: Node<'matmul'>): void {
  const views = inputs.map((value) => l.sixteenBit(value));
  const other = inputs.find((_, i) => !views[i]);
  if (!other || !views.some((view) => view)) {
    l.emitTo(
      outputs,
      'MatMul',
      inputs.map((value) => l.name(value)),
    );
    return;
  }
  const product = inBranch(l, l.name(other), (branch) =>
    branch.emit(
      'MatMul',
      views.map((view) => (view ? widen(branch, view) : l.name(other))),
    ),
  );
  l.alias(outputs[0]!, product);
}

/** rows [n, in] times the matrix, plus the bias where there is one. */
function tiledProduct(
  l: Lowering,
  rows: string,
  { weight, permutation }: SixteenBitView,
  bias: readonly string[],
  transposed: boolean,
): string {
  const isSwapped = permutation?.[0] === 1;
  return transposed === isSwapped ? sumOfTiles(l, rows, weight, bias) : joinedTiles(l, rows, weight, bias);
}

/** x Wᵀ for W [out, in]: tiles of W give parts of the result. */
function joinedTiles(l: Lowering, rows: string, weight: SixteenBitWeight, bias: readonly string[]): string {
  const tiles = tilesOf(weight);
  const joined = groups(tiles).map((group) =>
    inBranch(l, rows, (branch) => {
      const parts = group.map((tile) =>
        branch.emit('Gemm', [rows, wideTile(branch, weight, tile)], { transB: 1 }),
      );
      return combined(branch, 'Concat', parts, { axis: 1 });
    }),
  );
  const product = combined(l.onnx, 'Concat', joined, { axis: 1 });
  return bias.length === 0 ? product : l.emit('Add', [product, ...bias]);
}

/** x W for W [in, out]: each tile multiplies some columns of x, and the products are summed. */
function sumOfTiles(l: Lowering, rows: string, weight: SixteenBitWeight, bias: readonly string[]): string {
  const tiles = tilesOf(weight);
  const columns = (branch: OnnxGraph, [from, count]: Tile): string => {
    if (tiles.length === 1) return rows;
    const bounds = [[from], [from + count], [1]].map((at) => l.integers(at));
    return branch.emit('Slice', [rows, ...bounds]);
  };
  const sums = groups(tiles).map((group) =>
    inBranch(l, rows, (branch) => {
      const products = group.map((tile) =>
        branch.emit('Gemm', [columns(branch, tile), wideTile(branch, weight, tile)]),
      );
      return combined(branch, 'Sum', products);
    }),
  );
  return combined(l.onnx, 'Sum', [...sums, ...bias]);
}

function combined(
  graph: OnnxGraph,
  op: 'Concat' | 'Sum',
  parts: readonly string[],
  attributes: Record<string, Attribute> = {},
): string {
  return parts.length === 1 ? parts[0]! : graph.emit(op, parts, attributes);
}

type Tile = readonly [from: number, count: number];

/** Ranges of the first axis, of nearly one size. */
function tilesOf({ shape }: SixteenBitWeight): Tile[] {
  const [rows, width] = shape as readonly [number, number];
  const count = Math.min(rows, Math.ceil((rows * width) / TILE));
  const size = Math.ceil(rows / count);
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => [
    i * size,
    Math.min(size, rows - i * size),
  ]);
}

function groups(tiles: readonly Tile[]): (readonly Tile[])[] {
  return Array.from({ length: Math.ceil(tiles.length / GROUP) }, (_, i) =>
    tiles.slice(i * GROUP, (i + 1) * GROUP),
  );
}

function wideTile(branch: OnnxGraph, weight: SixteenBitWeight, [from, count]: Tile): string {
  return branch.emit('Cast', [weight.stored(from, count)], { to: elementTypeCode('float32') });
}

/** What `write` computes, when `after` is there. Returns its name. */
function inBranch(l: Lowering, after: string, write: (branch: OnnxGraph) => string): string {
  const taken = l.onnx.branch();
  taken.output(write(taken), 'float32');
  const never = l.onnx.branch();
  never.output(never.emit('Identity', [l.scalar(0)]), 'float32');
  return l.emit('If', [l.isThere(after)], { then_branch: taken, else_branch: never });
}
