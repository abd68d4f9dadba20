import { describe, expect, it } from 'vitest';
import { keyAction } from './cursor';
import type { Cursor } from './cursor';

const extent = { rows: 10, columns: 5, page: 4 };
const middle: Cursor = { at: { row: 5, column: 2 }, anchor: null };
const press = (key: string, cursor = middle, changes: { shiftKey?: boolean; ctrlKey?: boolean } = {}) =>
  keyAction({ key, shiftKey: false, ctrlKey: false, ...changes }, cursor, extent);
const moved = (row: number, column: number, anchor: Cursor['anchor'] = null) => ({
  type: 'move',
  cursor: { at: { row, column }, anchor },
});

describe('keyAction', () => {
  it.each([
    ['ArrowLeft', 5, 1],
    ['ArrowRight', 5, 3],
    ['ArrowUp', 4, 2],
    ['ArrowDown', 6, 2],
    ['Home', 5, 0],
    ['End', 5, 4],
    ['PageUp', 1, 2],
    ['PageDown', 9, 2],
  ])('%s moves to row %d, column %d', (key, row, column) => {
    expect(press(key)).toEqual(moved(row, column));
  });

  it.each([
    ['Home', 0, 0],
    ['End', 9, 4],
    ['ArrowLeft', 5, 0],
    ['ArrowDown', 9, 2],
  ])('Ctrl+%s goes to the end', (key, row, column) => {
    expect(press(key, middle, { ctrlKey: true })).toEqual(moved(row, column));
  });

  it('stays within the grid', () => {
    const corner: Cursor = { at: { row: 0, column: 4 }, anchor: null };
    expect(press('ArrowUp', corner)).toEqual(moved(0, 4));
    expect(press('ArrowRight', corner)).toEqual(moved(0, 4));
    expect(press('PageUp', corner)).toEqual(moved(0, 4));
  });

  it('selects with Shift from where it began, and gives the selection up without', () => {
    const first = press('ArrowDown', middle, { shiftKey: true });
    expect(first).toEqual(moved(6, 2, { row: 5, column: 2 }));
    const { cursor } = first as { cursor: Cursor };
    expect(press('ArrowRight', cursor, { shiftKey: true })).toEqual(moved(6, 3, { row: 5, column: 2 }));
    expect(press('ArrowRight', cursor)).toEqual(moved(6, 3));
    expect(press('a', middle, { ctrlKey: true })).toEqual(moved(9, 4, { row: 0, column: 0 }));
  });

  it('enters a cell, refines a region, and cancels', () => {
    expect(press('Enter')).toEqual({ type: 'enter' });
    expect(press('Enter', middle, { shiftKey: true })).toEqual({ type: 'refine' });
    expect(press('Enter', { ...middle, anchor: { row: 4, column: 2 } })).toEqual({ type: 'refine' });
    expect(press('Escape')).toEqual({ type: 'cancel' });
  });

  it('leaves other keys, and empty grids, alone', () => {
    for (const key of ['Tab', 'a', 'F1', ' ']) expect(press(key)).toBeUndefined();
    const empty = { ...extent, rows: 0 };
    expect(keyAction({ key: 'ArrowUp', shiftKey: false, ctrlKey: false }, middle, empty)).toBeUndefined();
    expect(keyAction({ key: 'Enter', shiftKey: false, ctrlKey: false }, middle, empty)).toBeUndefined();
  });
});
