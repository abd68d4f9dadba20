/** Weights that their file has in 16 bits: widened to float32 where they are read, part by part, and never kept so. */
import type { ElementType, FileRange, OnnxGraph, OnnxModel } from './onnx/model';
import { elementTypeCode } from './onnx/model';

/** A weight in the model, as the file has it. */
export class SixteenBitWeight {
  private readonly parts = new Map<string, string>();

  constructor(
    private readonly onnx: OnnxModel,
    private readonly name: string,
    private readonly type: ElementType,
    readonly shape: readonly number[],
    private readonly range: FileRange,
  ) {}

  /**
   * The name of the tensor in its own type, or of `count` entries of its first axis, which are bytes of the file like the whole.
   *
   * Each is also an input with a default, which the runtime does not take for a constant: else it would widen the weight once
   * and for all before the first run.
   */
  stored(from = 0, count = this.shape[0] ?? 1): string {
    const key = `${from}:${count}`;
    const known = this.parts.get(key);
    if (known !== undefined) return known;
    const dims = [count, ...this.shape.slice(1)].slice(0, this.shape.length);
    const { location, offset, length } = this.range;
    const step = length / (this.shape[0] ?? 1);
    const own = this.onnx.fresh(this.name);
    this.onnx.input(own, this.type, dims);
    this.onnx.mapped(own, this.type, dims, { location, offset: offset + from * step, length: count * step });
    this.parts.set(key, own);
    return own;
  }
}

/** A 16-bit weight with its axes in another order, or as they are (null). */
export interface SixteenBitView {
  readonly weight: SixteenBitWeight;
  readonly permutation: readonly number[] | null;
}

/** The view with its axes reordered once more. */
export function permuted({ weight, permutation }: SixteenBitView, by: readonly number[]): SixteenBitView {
  return { weight, permutation: permutation ? by.map((axis) => permutation[axis]!) : by };
}

/** Writes the nodes that widen a view into `graph`; returns the name of the float32 tensor. */
export function widen(graph: OnnxGraph, { weight, permutation }: SixteenBitView): string {
  const cast = graph.emit('Cast', [weight.stored()], { to: elementTypeCode('float32') });
  return permutation ? graph.emit('Transpose', [cast], { perm: permutation }) : cast;
}
