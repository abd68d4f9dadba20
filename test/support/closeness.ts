/** Smallest part of the tensor's maximum that a row's error is measured against. */
const ROW_FLOOR = 1e-3;

/**
 * How far `actual` is from `reference`, by the measure of docs/architecture.md: the largest, over rows of the last
 * axis, of max|actual - reference| divided by the larger of max|reference| of that row and 1e-3 of the tensor's maximum.
 * GPT-2's first position is fifty times larger than the rest; a whole-tensor scale would hide errors behind it.
 *
 * Entries that are the same infinity (masked attention scores) count as equal and set no scale. A NaN, a different infinity, or any
 * difference from an all-zero reference gives Infinity.
 *
 * @param rowLength length of the last axis
 * @throws RangeError when the lengths differ or are no multiple of `rowLength`
 */
export function relativeError(
  actual: ArrayLike<number>,
  reference: ArrayLike<number>,
  rowLength: number,
): number {
  if (actual.length !== reference.length) {
    throw new RangeError(`Compared ${actual.length} numbers with a reference of ${reference.length}`);
  }
  if (!(rowLength > 0) || reference.length % rowLength !== 0) {
    throw new RangeError(`${reference.length} numbers do not make rows of ${rowLength}`);
  }
  const floor = ROW_FLOOR * largest(reference, 0, reference.length);
  let worst = 0;
  for (let start = 0; start < reference.length; start += rowLength) {
    const end = start + rowLength;
    const scale = Math.max(largest(reference, start, end), floor);
    worst = Math.max(worst, largestDifference(actual, reference, start, end, scale));
  }
  return worst;
}

/** Largest finite magnitude in [start, end). */
function largest(values: ArrayLike<number>, start: number, end: number): number {
  let max = 0;
  for (let i = start; i < end; i++) {
    const size = Math.abs(values[i]!);
    if (Number.isFinite(size) && size > max) max = size;
  }
  return max;
}

function largestDifference(
  actual: ArrayLike<number>,
  reference: ArrayLike<number>,
  start: number,
  end: number,
  scale: number,
): number {
  let max = 0;
  for (let i = start; i < end; i++) {
    if (actual[i] === reference[i]) continue;
    const difference = Math.abs(actual[i]! - reference[i]!) / scale;
    if (Number.isNaN(difference)) return Infinity;
    max = Math.max(max, difference);
  }
  return max;
}
