import { describe, expect, it } from 'vitest';
import { cellBox, gridSize, hitTest, regionBox, scrollTo, visibleCells } from './grid';
import type { Grid } from './grid';

const grid: Grid = {
  rows: 100,
  columns: 1000,
  cell: { width: 20, height: 10 },
  head: { width: 50, height: 30 },
};
const still = { left: 0, top: 0 };
const moved = { left: 105, top: 42 };
const view = { width: 250, height: 130 };

describe('a grid', () => {
  it('is as large as headings and cells', () => {
    expect(gridSize(grid)).toEqual({ width: 20_050, height: 1030 });
  });

  it('finds the cell again that it has placed', () => {
    for (const scroll of [still, moved]) {
      const cell = { row: 7, column: 9 };
      const { x, y, width, height } = cellBox(grid, cell, scroll);
      for (const [dx, dy] of [
        [0, 0],
        [width - 0.01, height - 0.01],
      ] as const)
        expect(hitTest(grid, x + dx, y + dy, scroll)).toEqual({ part: 'cell', ...cell });
    }
  });

  it('knows headings, which lie over the cells, and nothing beyond the last', () => {
    expect(hitTest(grid, 60, 29, moved)).toEqual({ part: 'column', column: 5 });
    expect(hitTest(grid, 49, 30, moved)).toEqual({ part: 'row', row: 4 });
    expect(hitTest(grid, 10, 10, moved)).toBeUndefined();
    const small = { ...grid, rows: 2, columns: 2 };
    expect(hitTest(small, 91, 35, still)).toBeUndefined();
    expect(hitTest(small, 55, 51, still)).toBeUndefined();
    expect(hitTest(small, 95, 5, still)).toBeUndefined();
    expect(hitTest(small, -1, 35, still)).toBeUndefined();
  });

  it('draws only what is visible, with what is cut at the edges', () => {
    expect(visibleCells(grid, still, view)).toEqual({ rows: [0, 10], columns: [0, 10] });
    expect(visibleCells(grid, moved, view)).toEqual({ rows: [4, 15], columns: [5, 16] });
    const end = { left: 19_850, top: 930 };
    expect(visibleCells(grid, end, view)).toEqual({ rows: [93, 100], columns: [992, 1000] });
    expect(visibleCells(grid, still, { width: 10, height: 10 })).toEqual({ rows: [0, 0], columns: [0, 0] });
  });

  it('boxes a region whatever corner it began at', () => {
    const [a, b] = [
      { row: 3, column: 8 },
      { row: 1, column: 5 },
    ];
    expect(regionBox(grid, a, b, still)).toEqual({ x: 150, y: 40, width: 80, height: 30 });
    expect(regionBox(grid, b, a, still)).toEqual(regionBox(grid, a, b, still));
    expect(regionBox(grid, a, a, still)).toEqual(cellBox(grid, a, still));
  });

  it('scrolls as little as a cell needs', () => {
    expect(scrollTo(grid, { row: 5, column: 6 }, moved, view)).toEqual(moved);
    expect(scrollTo(grid, { row: 0, column: 0 }, moved, view)).toEqual(still);
    expect(scrollTo(grid, { row: 20, column: 20 }, moved, view)).toEqual({ left: 220, top: 110 });
    const narrow = scrollTo(grid, { row: 5, column: 6 }, still, { width: 60, height: 35 });
    expect(narrow).toEqual({ left: 120, top: 50 });
  });
});
