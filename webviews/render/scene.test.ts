import { describe, expect, it } from 'vitest';
import { columnText, fitted, layOut } from './scene';
import type { Heading, Scene, Theme } from './scene';

const theme: Theme = {
  kind: 'dark',
  background: '#000000',
  foreground: '#ffffff',
  muted: '#888888',
  border: '#444444',
  focus: '#0088ff',
  font: { family: 'sans-serif', size: 13 },
  codeFont: { family: 'monospace', size: 12 },
};
/** Every character is 7 wide. */
const measure = (text: string) => 7 * Array.from(text).length;
const heading = (text: string, changes: Partial<Heading> = {}): Heading => ({
  text,
  place: null,
  second: null,
  ...changes,
});
const scene = (rows: number, columns: readonly Heading[], changes: Partial<Scene> = {}): Scene => ({
  shape: 'cells',
  rows: Array.from({ length: rows }, (_, row) => heading(`${row}`)),
  columns,
  rowTitle: 'layer',
  columnTitle: 'position',
  cellAt: () => ({ share: 0, text: null }),
  cut: false,
  pending: false,
  ...changes,
});
const tokens = (count: number, text: string, changes: Partial<Heading> = {}): readonly Heading[] =>
  Array.from({ length: count }, (_, i) => heading(text, { place: `${i}`, ...changes }));

describe('layOut', () => {
  it('shares the width among the cells, within bounds', () => {
    const wide = layOut(scene(12, tokens(4, '·a')), 1000, '', theme, measure).grid;
    expect(wide.cell).toEqual({ width: 72, height: 34 });
    const full = layOut(scene(12, tokens(20, '·a')), 1000, '', theme, measure).grid;
    expect(full.head.width + 20 * full.cell.width).toBeLessThanOrEqual(1000);
    expect(full.cell.width).toBeGreaterThan(40);
    const scrolled = layOut(scene(100, tokens(1000, '·a')), 1000, '', theme, measure).grid;
    expect(scrolled.cell).toEqual({ width: 14, height: 17 });
  });

  it('widens cells for what is written into them', () => {
    const plain = layOut(scene(4, tokens(30, '·a')), 500, '', theme, measure).grid;
    const written = layOut(scene(4, tokens(30, '·a')), 500, '−0.123', theme, measure).grid;
    expect(written.cell.width).toBe(7 * 6 + 8);
    expect(written.cell.width).toBeGreaterThan(plain.cell.width);
  });

  it('heads columns upwards where their texts are wider than they are', () => {
    const across = layOut(scene(4, tokens(8, '·Mary')), 800, '', theme, measure);
    expect(across).toMatchObject({ upwards: false, placesUpwards: false });
    const upwards = layOut(scene(4, tokens(30, '·Mary')), 800, '', theme, measure);
    expect(upwards).toMatchObject({ upwards: true, placesUpwards: false });
    expect(upwards.grid.head.height).toBeGreaterThan(across.grid.head.height);
    const narrow = layOut(scene(4, tokens(1000, '·Mary')), 800, '', theme, measure);
    expect(narrow).toMatchObject({ upwards: true, placesUpwards: true });
  });

  it('gives the other prompt’s tokens a line of their own where there is room', () => {
    const other = { second: '·John' };
    expect(layOut(scene(4, tokens(8, '·Mary', other)), 800, '', theme, measure).twoLines).toBe(true);
    expect(layOut(scene(4, tokens(20, '·Mary', other)), 800, '', theme, measure).twoLines).toBe(true);
    expect(layOut(scene(4, tokens(100, '·Mary', other)), 800, '', theme, measure).twoLines).toBe(false);
  });

  it('bounds headings, however long their texts are', () => {
    const long = 'x'.repeat(500);
    const { grid } = layOut(
      scene(3, tokens(30, long), { rows: [heading(long), heading('b'), heading('c')] }),
      900,
      '',
      theme,
      measure,
    );
    expect(grid.head.width).toBeLessThanOrEqual(240);
    expect(grid.head.height).toBeLessThanOrEqual(132);
  });

  it('draws one axis as bars in one column', () => {
    const bars = scene(6, [heading('')], { shape: 'bars' });
    const { grid, numberWidth } = layOut(bars, 700, '−0.12', theme, measure);
    expect(grid).toMatchObject({ rows: 6, columns: 1 });
    expect(grid.head.width + grid.cell.width).toBeLessThanOrEqual(700);
    expect(numberWidth).toBeGreaterThan(measure('−0.12'));
  });

  it('makes sense of no width at all', () => {
    const { grid } = layOut(scene(3, tokens(3, '·a')), 0, '', theme, measure);
    expect(grid.cell.width).toBe(14);
  });
});

describe('columnText', () => {
  const both = heading('·Mary', { place: '7', second: '·John' });

  it('joins what has no line of its own', () => {
    expect(columnText(both, { twoLines: true, placesUpwards: false })).toBe('·Mary');
    expect(columnText(both, { twoLines: false, placesUpwards: false })).toBe('·Mary / ·John');
    expect(columnText(both, { twoLines: false, placesUpwards: true })).toBe('7 ·Mary / ·John');
  });
});

describe('fitted', () => {
  const cut = (text: string, room: number) => fitted(text, room, theme.font, measure);

  it('cuts at the end, between characters', () => {
    expect(cut('abc', 21)).toBe('abc');
    expect(cut('abcdef', 28)).toBe('abc…');
    expect(cut('😀😀😀😀', 21)).toBe('😀😀…');
    expect(cut('abc', 0)).toBe('…');
  });
});
