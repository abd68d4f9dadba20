/** Tensors that were saved as views of other tensors (`weight.T`, a column, an expanded vector). */

/** Are the strides (in elements) those of a row-major tensor? Axes of length 1 may have any, an empty tensor too. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** Elements from the first to behind the last that the view reaches; 0 when it is empty. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);
}

/**
 * Copies a view into row-major order, whatever its elements mean: NaNs keep their bits.
 * @param bytes from the view's first element to its last
 * @param width bytes an element: 1, 2, or a multiple of 4
 */
export function gather(
  bytes: Uint8Array<ArrayBuffer>,
  shape: readonly number[],
  strides: readonly number[],
  width: number,
): Uint8Array<ArrayBuffer> {
  const elements = shape.reduce((product, size) => product * size, 1);
  const gathered = new Uint8Array(elements * width);
  const Words = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array;
  const [source, target] = [new Words(bytes.buffer), new Words(gathered.buffer)];
  const each = width / Words.BYTES_PER_ELEMENT;
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < elements; to++) {
    for (let word = 0; word < each; word++) target[to * each + word] = source[from * each + word]!;
    from += step(index, shape, strides);
  }
  return gathered;
}

/** Counts up the index like an odometer, the last axis fastest, and returns how many elements further the view's next one lies. */
function step(index: number[], shape: readonly number[], strides: readonly number[]): number {
  let moved = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    moved += strides[axis]!;
    index[axis]!++;
    if (index[axis]! < shape[axis]!) break;
    moved -= strides[axis]! * shape[axis]!;
    index[axis] = 0;
  }
  return moved;
}
