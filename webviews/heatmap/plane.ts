/** Which two axes of a run are shown, in what order, and what becomes of the others. Pure. */
import type { Order } from '../../protocol/heatmapPanel';
import { lengthsOf } from './reading';
import type { Numbers, Reading } from './reading';

/** What of an axis that is not shown is seen: one place, or at each cell the place where it is strongest. */
export type Hold = number | 'strongest';

export interface PlaneChoice {
  /** Indices of axes; columns are null for a run with one axis. */
  readonly rowAxis: number;
  readonly columnAxis: number | null;
  /** One for each axis; those of the axes that are shown are ignored. */
  readonly holds: readonly Hold[];
  readonly rowOrder: Order;
  readonly columnOrder: Order;
}

export interface Plane {
  readonly choice: PlaneChoice;
  /** Places along their axes, in the order in which they are shown. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Which of the run's cells is shown: an index into the reading's numbers. */
  readonly indexAt: (row: number, column: number) => number;
}

/** The first two axes, in their own order, with the strongest of the others. */
export function firstChoice(axes: number): PlaneChoice {
  return {
    rowAxis: 0,
    columnAxis: axes > 1 ? 1 : null,
    holds: Array.from({ length: axes }, () => 'strongest' as const),
    rowOrder: 'natural',
    columnOrder: 'natural',
  };
}

/** The pairs of axes that can be shown, earlier axes as rows. */
export function axisPairs(axes: number): readonly (readonly [number, number])[] {
  return Array.from({ length: axes }, (_, row) => row).flatMap((row) =>
    Array.from({ length: axes - row - 1 }, (_, i) => [row, row + 1 + i] as const),
  );
}

/** Lays a reading out. */
export function planeOf(reading: Reading, choice: PlaneChoice): Plane {
  const lengths = lengthsOf(reading.run);
  const { rowAxis, columnAxis, rowOrder, columnOrder } = choice;
  const rowCount = lengths.includes(0) ? 0 : (lengths[rowAxis] ?? 0);
  const columnCount = columnAxis === null ? 1 : lengths[columnAxis]!;
  const cells = chosenCells(reading, choice, lengths, rowCount, columnCount);
  const strengthAt = (row: number, column: number): number =>
    reading.strengths[cells[row * columnCount + column]!] ?? -1;
  const rows = ordered(rowCount, rowOrder, (row) =>
    largestOf(columnCount, (column) => strengthAt(row, column)),
  );
  const columns = ordered(columnCount, columnOrder, (column) =>
    largestOf(rowCount, (row) => strengthAt(row, column)),
  );
  return {
    choice,
    rows,
    columns,
    indexAt: (row, column) => cells[rows[row]! * columnCount + columns[column]!]!,
  };
}

/** Coordinates of a cell, in the order of the axes. */
export function coordinatesOf(index: number, lengths: readonly number[]): readonly number[] {
  let rest = index;
  return lengths
    .toReversed()
    .map((length) => {
      const place = rest % length;
      rest = Math.floor(rest / length);
      return place;
    })
    .reverse();
}

/** How far apart neighbours along each axis are in the order of the numbers. */
function strides(lengths: readonly number[]): readonly number[] {
  return lengths.map((_, axis) => lengths.slice(axis + 1).reduce((product, length) => product * length, 1));
}

/** For every row and column in natural order, the cell that is shown there. */
function chosenCells(
  { strengths }: Reading,
  { rowAxis, columnAxis, holds }: PlaneChoice,
  lengths: readonly number[],
  rowCount: number,
  columnCount: number,
): Int32Array {
  const steps = strides(lengths);
  const offsets = hiddenOffsets(lengths, steps, holds, [rowAxis, columnAxis]);
  const cells = new Int32Array(rowCount * columnCount);
  for (let row = 0; row < rowCount; row++)
    for (let column = 0; column < columnCount; column++) {
      const start = row * steps[rowAxis]! + (columnAxis === null ? 0 : column * steps[columnAxis]!);
      cells[row * columnCount + column] = strongestOf(strengths, start, offsets);
    }
  return cells;
}

/** The places of the axes that are not shown, as distances in the order of the numbers. */
function hiddenOffsets(
  lengths: readonly number[],
  steps: readonly number[],
  holds: readonly Hold[],
  shown: readonly (number | null)[],
): readonly number[] {
  return lengths.reduce<readonly number[]>(
    (offsets, length, axis) => {
      if (shown.includes(axis)) return offsets;
      const hold = holds[axis] ?? 'strongest';
      const places = hold === 'strongest' ? Array.from({ length }, (_, place) => place) : [hold];
      return offsets.flatMap((offset) => places.map((place) => offset + place * steps[axis]!));
    },
    [0],
  );
}

function strongestOf(strengths: Numbers, start: number, offsets: readonly number[]): number {
  let best = start + offsets[0]!;
  for (const offset of offsets)
    if ((strengths[start + offset] ?? -1) > (strengths[best] ?? -1)) best = start + offset;
  return best;
}

function ordered(count: number, order: Order, strength: (place: number) => number): readonly number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  if (order === 'natural') return places;
  const strengths = places.map(strength);
  return places.sort((a, b) => strengths[b]! - strengths[a]! || a - b);
}

function largestOf(count: number, value: (place: number) => number): number {
  let most = -1;
  for (let place = 0; place < count; place++) most = Math.max(most, value(place));
  return most;
}
