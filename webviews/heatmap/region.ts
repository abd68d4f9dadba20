/** A selected part of a grid by what its axes count. Pure. */
import type { AxisName, RunResult } from '../../protocol/experiments';
import type { Cell } from '../render/grid';
import { axisTitle, placeWords } from './places';
import type { Plane } from './plane';

/** What is selected along one axis. */
export interface Chosen {
  readonly axis: number;
  readonly name: AxisName;
  /** Places along the axis, ascending. */
  readonly places: readonly number[];
  /** The numbers that the axis names, in the same order: layers, positions, heads ... */
  readonly indices: readonly number[];
  /** Whether that is the whole axis. */
  readonly whole: boolean;
}

/** What a rectangle of the plane selects along every axis of the run; axes that are not shown by what is seen of them. */
export function regionOf(run: RunResult, plane: Plane, [a, b]: readonly [Cell, Cell]): readonly Chosen[] {
  const { rowAxis, columnAxis, holds } = plane.choice;
  return run.axes.map((name, axis) => {
    const ticks = run.ticks[axis]!;
    const hold = holds[axis];
    const places =
      axis === rowAxis
        ? between(plane.rows, a.row, b.row)
        : axis === columnAxis
          ? between(plane.columns, a.column, b.column)
          : typeof hold === 'number'
            ? [hold]
            : ticks.map((_, place) => place);
    const indices = places.map((place) => ticks[place]!.index);
    return { axis, name, places, indices, whole: places.length === ticks.length };
  });
}

function between(places: readonly number[], from: number, to: number): readonly number[] {
  return places.slice(Math.min(from, to), Math.max(from, to) + 1).sort((x, y) => x - y);
}

/** A region in words: `layers 1–3, position 7 “·John”`. */
export function regionWords(run: RunResult, region: readonly Chosen[]): string {
  const parts = region.flatMap(({ axis, name, places, indices, whole }) => {
    if (places.length === 1) return [placeWords(run, axis, places[0]!)];
    const title = axisTitle(run.axes, name);
    return [whole ? `all ${places.length} ${title}s` : `${title}s ${ranges(indices)}`];
  });
  return parts.join(', ');
}

/** `1–3, 7` */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
