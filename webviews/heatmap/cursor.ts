/** What the keyboard does on a heatmap. Pure. */
import type { Cell } from '../render/grid';

/** The keyboard's cell, and the corner opposite to it while a region is selected. */
export interface Cursor {
  readonly at: Cell;
  readonly anchor: Cell | null;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** How many rows are seen at once. */
  readonly page: number;
}

export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  /** Control, or Command. */
  readonly ctrlKey: boolean;
}

export type KeyAction =
  | { readonly type: 'move'; readonly cursor: Cursor }
  /** Go to the cell's token, or refine it. */
  | { readonly type: 'enter' }
  | { readonly type: 'refine' }
  /** Give up what is selected. */
  | { readonly type: 'cancel' };

/** What a key does; undefined when it does nothing here. Nothing moves in an empty grid. */
export function keyAction(pressed: Key, cursor: Cursor, extent: Extent): KeyAction | undefined {
  const { key, shiftKey, ctrlKey } = pressed;
  if (key === 'Escape') return { type: 'cancel' };
  if (extent.rows === 0 || extent.columns === 0) return undefined;
  if (key === 'Enter') return { type: shiftKey || cursor.anchor ? 'refine' : 'enter' };
  if (key === 'a' && ctrlKey) return { type: 'move', cursor: whole(extent) };
  const to = destination(key, ctrlKey, cursor.at, extent);
  if (!to) return undefined;
  const anchor = shiftKey ? (cursor.anchor ?? cursor.at) : null;
  return { type: 'move', cursor: { at: within(to, extent), anchor } };
}

function destination(key: string, ctrlKey: boolean, { row, column }: Cell, extent: Extent): Cell | undefined {
  const last = { row: extent.rows - 1, column: extent.columns - 1 };
  switch (key) {
    case 'ArrowLeft':
      return { row, column: ctrlKey ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: ctrlKey ? last.column : column + 1 };
    case 'ArrowUp':
      return { row: ctrlKey ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: ctrlKey ? last.row : row + 1, column };
    case 'Home':
      return { row: ctrlKey ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrlKey ? last.row : row, column: last.column };
    case 'PageUp':
      return { row: row - extent.page, column };
    case 'PageDown':
      return { row: row + extent.page, column };
    default:
      return undefined;
  }
}

function whole({ rows, columns }: Extent): Cursor {
  return { at: { row: rows - 1, column: columns - 1 }, anchor: { row: 0, column: 0 } };
}

/** The nearest cell that there is. */
export function within({ row, column }: Cell, { rows, columns }: Pick<Extent, 'rows' | 'columns'>): Cell {
  const clamp = (place: number, count: number): number => Math.max(0, Math.min(place, count - 1));
  return { row: clamp(row, rows), column: clamp(column, columns) };
}
