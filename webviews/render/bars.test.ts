import { describe, expect, it } from 'vitest';
import { barChart } from './bars';

describe('barChart', () => {
  const chart = barChart({ edges: [0, 1, 2, 4], counts: [99, 0, 9] }, 100, 50);

  it('places bars by their edges, also of unequal width', () => {
    expect(chart.bars.map(({ x, width }) => [x, width])).toEqual([
      [0, 25],
      [25, 25],
      [50, 50],
    ]);
  });

  it('makes heights logarithmic and stands them on the axis', () => {
    expect(chart.bars.map(({ height }) => height)).toEqual([50, 0, 25]);
    for (const { y, height } of chart.bars) expect(y + height).toBe(50);
  });

  it('shows a single token as a visible bar', () => {
    const { bars } = barChart({ edges: [0, 1, 2], counts: [1e9, 1] }, 100, 20);
    expect(bars[1]!.height).toBeGreaterThanOrEqual(1);
  });

  it('marks the axes with values and counts', () => {
    expect(chart.x).toEqual([
      { at: 0, text: '0' },
      { at: 50, text: '2' },
      { at: 100, text: '4' },
    ]);
    expect(chart.y.map(({ text }) => text)).toEqual(['1', '10', '99']);
    expect(barChart({ edges: [0, 1], counts: [11] }, 1, 1).y.map(({ text }) => text)).toEqual(['1', '10']);
    expect(barChart({ edges: [0, 1], counts: [1e7] }, 1, 1).y.length).toBeLessThanOrEqual(6);
  });

  it('says in words what a bar is', () => {
    expect(chart.bars[2]!.label).toBe('2 to 4: 9');
  });

  it('draws nothing of nothing, and does not divide by zero', () => {
    expect(barChart({ edges: [], counts: [] }, 100, 50)).toEqual({ bars: [], x: [], y: [] });
    const flat = barChart({ edges: [0, 0], counts: [0] }, 100, 50);
    for (const bar of flat.bars)
      expect([bar.x, bar.y, bar.width, bar.height].every(Number.isFinite)).toBe(true);
  });
});
