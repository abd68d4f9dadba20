/** Geometry of a scatter plot of two quantities that should be equal. Framework-free. */
import { shortNumber } from '../../protocol/wording';
import type { Mark } from './bars';

/** A quantity and what it should be equal to. */
export interface Pair {
  readonly x: number;
  readonly y: number;
}

export interface Scatter {
  /** Places of the pairs, in the drawing's units, y downwards. */
  readonly points: readonly Pair[];
  /** Ends of the line on which both are equal. */
  readonly diagonal: readonly [Pair, Pair];
  /** Place of zero on both axes; null where it is not in sight. */
  readonly zero: Pair | null;
  readonly x: readonly Mark[];
  readonly y: readonly Mark[];
}

/** Both axes have the same range, so that equality is the diagonal of a square of side `size`. */
export function scatterPlot(pairs: readonly Pair[], size: number): Scatter {
  let [low, high] = [Infinity, -Infinity];
  for (const { x, y } of pairs) {
    low = Math.min(low, x, y);
    high = Math.max(high, x, y);
  }
  if (low > high) [low, high] = [0, 1];
  // Points at the edge would be cut in half.
  const margin = (high - low || Math.abs(high) || 1) * 0.04;
  [low, high] = [low - margin, high + margin];
  const across = (value: number): number => ((value - low) / (high - low)) * size;
  const down = (value: number): number => size - across(value);
  const hasZero = low <= 0 && high >= 0;
  const marks = [...new Set([low + margin, ...(hasZero ? [0] : []), high - margin])];
  return {
    points: pairs.map(({ x, y }) => ({ x: across(x), y: down(y) })),
    diagonal: [
      { x: 0, y: size },
      { x: size, y: 0 },
    ],
    zero: hasZero ? { x: across(0), y: down(0) } : null,
    x: apart(
      marks.map((value) => ({ at: across(value), text: shortNumber(value) })),
      size,
    ),
    y: apart(
      marks.map((value) => ({ at: down(value), text: shortNumber(value) })),
      size,
    ),
  };
}

/** Leaves out marks that would be written over one another. */
function apart(marks: readonly Mark[], size: number): readonly Mark[] {
  const least = size / 6;
  return marks.filter((mark, i) => marks.slice(0, i).every(({ at }) => Math.abs(at - mark.at) >= least));
}
