/**
 * Where the cells and headings of a heatmap lie. Headings stay while the cells scroll under them. Lengths are CSS pixels,
 * from the left upper corner of what is visible. Framework-free.
 */
import type { Box } from './surface';

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How far the cells have moved to the left and upwards. */
export interface Scroll {
  readonly left: number;
  readonly top: number;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly cell: Size;
  /** Room for the headings: width of those of the rows, height of those of the columns. */
  readonly head: Size;
}

/** Half-open ranges of rows and columns. */
export interface CellRange {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** What is at a point. */
export type Hit =
  | ({ readonly part: 'cell' } & Cell)
  | { readonly part: 'row'; readonly row: number }
  | { readonly part: 'column'; readonly column: number };

/** The whole, headings and cells. */
export function gridSize({ rows, columns, cell, head }: Grid): Size {
  return { width: head.width + columns * cell.width, height: head.height + rows * cell.height };
}

/** Where a cell lies at a scroll; maybe outside of what is visible, or under a heading. */
export function cellBox({ cell, head }: Grid, { row, column }: Cell, { left, top }: Scroll): Box {
  const x = head.width + column * cell.width - left;
  return { x, y: head.height + row * cell.height - top, ...cell };
}

/** The box around cells of both corners and all between. */
export function regionBox(grid: Grid, from: Cell, to: Cell, scroll: Scroll): Box {
  const first = cellBox(
    grid,
    { row: Math.min(from.row, to.row), column: Math.min(from.column, to.column) },
    scroll,
  );
  const width = (Math.abs(from.column - to.column) + 1) * grid.cell.width;
  return { ...first, width, height: (Math.abs(from.row - to.row) + 1) * grid.cell.height };
}

/** The cells of which something is visible. */
export function visibleCells(
  { rows, columns, cell, head }: Grid,
  { left, top }: Scroll,
  view: Size,
): CellRange {
  const range = (start: number, length: number, size: number, count: number): [number, number] => {
    const first = Math.max(0, Math.floor(start / size));
    return [Math.min(first, count), Math.min(count, Math.max(first, Math.ceil((start + length) / size)))];
  };
  return {
    rows: range(top, view.height - head.height, cell.height, rows),
    columns: range(left, view.width - head.width, cell.width, columns),
  };
}

/** What is at a point of the visible part; undefined where there is nothing. */
export function hitTest(grid: Grid, x: number, y: number, { left, top }: Scroll): Hit | undefined {
  const { rows, columns, cell, head } = grid;
  const column = Math.floor((x - head.width + left) / cell.width);
  const row = Math.floor((y - head.height + top) / cell.height);
  const [isColumn, isRow] = [column >= 0 && column < columns, row >= 0 && row < rows];
  if (x < 0 || y < 0) return undefined;
  if (x >= head.width && y >= head.height)
    return isColumn && isRow ? { part: 'cell', row, column } : undefined;
  if (x >= head.width) return isColumn ? { part: 'column', column } : undefined;
  return y >= head.height && isRow ? { part: 'row', row } : undefined;
}

/** The nearest scroll at which a cell is visible as a whole. */
export function scrollTo(grid: Grid, { row, column }: Cell, { left, top }: Scroll, view: Size): Scroll {
  const { cell, head } = grid;
  const within = (scroll: number, start: number, size: number, room: number): number =>
    start < scroll ? start : Math.max(scroll, Math.min(start, start + size - room));
  return {
    left: within(left, column * cell.width, cell.width, view.width - head.width),
    top: within(top, row * cell.height, cell.height, view.height - head.height),
  };
}
