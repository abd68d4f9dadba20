/** Shape arithmetic with named lengths. */
import type { Dim, Shape } from './types';

export class ShapeError extends Error {}

/** Text of a shape for messages: `[batch, pos, 768]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The shape of an elementwise result, by NumPy's broadcasting rules. Throws ShapeError when the shapes do not fit. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new ShapeError(`shapes ${shapeText(a)} and ${shapeText(b)} do not broadcast`);
  });
}

/** The axes of `full` along which something of shape `small` was repeated to reach it. */
export function broadcastAxes(small: Shape, full: Shape): number[] {
  const offset = full.length - small.length;
  return full.map((_, axis) => axis).filter((axis) => axis < offset || small[axis - offset] !== full[axis]);
}

/** Length of a concatenation. Named lengths give a new name, `past+pos`. */
export function addDims(a: Dim, b: Dim): Dim {
  return typeof a === 'number' && typeof b === 'number' ? a + b : `${a}+${b}`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Turns a negative axis into its place from the front. */
export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Number of elements; throws ShapeError when a length is not known. */
export function elementCount(shape: Shape): number {
  return shape.reduce<number>((product, dim) => {
    if (typeof dim === 'string')
      throw new ShapeError(`length of ${shapeText(shape)} is not known before it runs`);
    return product * dim;
  }, 1);
}
