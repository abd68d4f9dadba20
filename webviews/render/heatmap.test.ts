import { describe, expect, it } from 'vitest';
import { colourScale } from './colour';
import { paintHeatmap } from './heatmap';
import { layOut, NO_MARKS } from './scene';
import type { Heading, Marks, Scene, Theme } from './scene';
import type { Box, Surface } from './surface';

const theme: Theme = {
  kind: 'light',
  background: '#fefefe',
  foreground: '#111111',
  muted: '#777777',
  border: '#cccccc',
  focus: '#0000ee',
  font: { family: 'sans-serif', size: 13 },
  codeFont: { family: 'monospace', size: 12 },
};
const measure = (text: string) => 7 * text.length;

/** A surface that remembers what was drawn on it. */
function recorder() {
  const rectangles: (Box & { fill: string })[] = [];
  const texts: string[] = [];
  const outlines: string[] = [];
  let lines = 0;
  const surface: Surface = {
    rectangle: (box, fill) => rectangles.push({ ...box, fill }),
    outline: (_box, stroke) => outlines.push(stroke),
    line: () => {
      lines += 1;
    },
    path: () => undefined,
    text: (text) => texts.push(text),
    clipped: (_box, draw) => {
      draw();
    },
    measure,
  };
  return { surface, rectangles, texts, outlines, lines: () => lines };
}

const heading = (text: string): Heading => ({ text, place: null, second: null });
const numbered = (count: number): Heading[] => Array.from({ length: count }, (_, i) => heading(`${i}`));
const sceneOf = (rows: number, columns: number, changes: Partial<Scene> = {}): Scene => ({
  shape: 'cells',
  rows: numbered(rows),
  columns: numbered(columns),
  rowTitle: 'layer',
  columnTitle: 'head',
  cellAt: () => ({ share: 0.5, text: null }),
  cut: false,
  pending: false,
  ...changes,
});

function draw(
  scene: Scene,
  changes: Partial<{ theme: Theme; marks: Marks; width: number; cellText: string }> = {},
) {
  const drawn = recorder();
  const colours = changes.theme ?? theme;
  const layout = layOut(scene, changes.width ?? 600, changes.cellText ?? '', colours, measure);
  paintHeatmap({
    surface: drawn.surface,
    scene,
    layout,
    theme: colours,
    scroll: { left: 0, top: 0 },
    view: { width: changes.width ?? 600, height: 300 },
    marks: changes.marks ?? NO_MARKS,
  });
  return drawn;
}

describe('paintHeatmap', () => {
  it('colours each cell by its share and heads rows and columns', () => {
    const shares = [
      [-1, 0],
      [0.5, 1],
    ];
    const scene = sceneOf(2, 2, { cellAt: (row, column) => ({ share: shares[row]![column]!, text: null }) });
    const { rectangles, texts } = draw(scene);
    const scale = colourScale('light');
    expect(rectangles.slice(1).map(({ fill }) => fill)).toEqual([-1, 0, 0.5, 1].map(scale));
    expect(texts).toEqual(expect.arrayContaining(['0', '1', 'layer ↓', 'head →']));
  });

  it('draws only what is visible of a large grid', () => {
    const asked: number[] = [];
    const scene = sceneOf(100, 1000, {
      cellAt: (row, column) => {
        asked.push(row * 1000 + column);
        return { share: 0, text: null };
      },
    });
    const { texts } = draw(scene);
    expect(asked.length).toBeLessThan(900);
    expect(texts.length).toBeLessThan(80);
  });

  it('tells no number from one to come', () => {
    const nothing = sceneOf(2, 2, { cellAt: () => ({ share: null, text: null }) });
    const missing = draw(nothing);
    expect(missing.lines()).toBe(4);
    expect(missing.rectangles).toHaveLength(1);
    const pending = draw({ ...nothing, pending: true });
    expect(pending.lines()).toBe(0);
    expect(pending.rectangles).toHaveLength(5);
  });

  it('writes numbers where they fit as a whole, and cuts only names', () => {
    const written = (cut: boolean, text: string) =>
      draw(sceneOf(1, 40, { cut, cellAt: () => ({ share: 0.5, text }) }), { width: 1500 }).texts;
    expect(written(false, '0.5')).toContain('0.5');
    const none = written(false, '0.123456');
    expect(none.some((text) => text.startsWith('0.12'))).toBe(false);
    expect(written(true, '·Maryland')).toContain('·Ma…');
  });

  it('adds signs to the colours in high contrast', () => {
    const scene = sceneOf(1, 3, { cellAt: (_, column) => ({ share: column - 1, text: null }) });
    const { texts, outlines } = draw(scene, { theme: { ...theme, kind: 'highContrast' } });
    expect(texts.filter((text) => text === '−' || text === '+')).toEqual(['−', '+']);
    expect(outlines.length).toBe(3);
    expect(draw(scene).texts).not.toContain('+');
  });

  it('marks cursor, selection and hover by lines that stand out', () => {
    const cell = { row: 0, column: 0 };
    const marks = { cursor: cell, selection: [cell, { row: 1, column: 1 }] as const, hover: cell };
    expect(draw(sceneOf(2, 2), { marks }).outlines).toEqual([
      theme.foreground,
      theme.background,
      theme.focus,
      theme.background,
      theme.focus,
    ]);
  });

  it('draws bars from a common zero, to both sides, with their numbers', () => {
    const shares = [1, -0.5, null];
    const scene = sceneOf(3, 1, {
      shape: 'bars',
      columns: [heading('')],
      columnTitle: '',
      cellAt: (row) => ({ share: shares[row]!, text: shares[row] === null ? null : `${shares[row]!}` }),
    });
    const { rectangles, texts } = draw(scene, { cellText: '−0.50' });
    const [, above, below] = rectangles;
    expect(below!.x + below!.width).toBeCloseTo(above!.x, 5);
    expect(above!.width).toBeCloseTo(2 * below!.width, 5);
    expect(texts).toEqual(expect.arrayContaining(['1', '-0.5', 'layer ↓']));
    expect(texts).not.toContain(' →');
  });
});
