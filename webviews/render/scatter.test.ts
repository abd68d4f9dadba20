import { describe, expect, it } from 'vitest';
import { scatterPlot } from './scatter';

describe('scatterPlot', () => {
  it('puts equal pairs onto the diagonal, whatever their range', () => {
    const { points } = scatterPlot(
      [
        { x: -3, y: -3 },
        { x: 0.5, y: 0.5 },
        { x: 9, y: 9 },
      ],
      200,
    );
    for (const { x, y } of points) expect(x + y).toBeCloseTo(200, 9);
  });

  it('keeps all points inside, upwards for more', () => {
    const { points, zero } = scatterPlot(
      [
        { x: -1, y: 2 },
        { x: 4, y: -2 },
      ],
      100,
    );
    for (const { x, y } of points) for (const at of [x, y]) expect(at > 0 && at < 100).toBe(true);
    expect(points[0]!.y).toBeLessThan(points[1]!.y);
    expect(zero!.x + zero!.y).toBeCloseTo(100, 9);
  });

  it('writes no marks over one another', () => {
    const { x } = scatterPlot(
      [
        { x: -0.01, y: 0 },
        { x: 10, y: 10 },
      ],
      120,
    );
    expect(x.map(({ text }) => text)).toEqual(['-0.01', '10']);
  });

  it('draws nothing of nothing, and a point alone in the middle', () => {
    expect(scatterPlot([], 100).points).toEqual([]);
    const { points } = scatterPlot([{ x: 5, y: 5 }], 100);
    expect(points[0]!.x).toBeCloseTo(50, 9);
    expect(scatterPlot([{ x: 0, y: 0 }], 100).points[0]!.x).toBeCloseTo(50, 9);
  });
});
