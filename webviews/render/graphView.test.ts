import { describe, expect, it } from 'vitest';
import { layOutGraph } from './graphLayout';
import { centredOn, fitView, panned, revealing, toLayout, toScreen, zoomed } from './graphView';
import { measure, node, scene, theme } from './testing/graphs';

const SIZE = { width: 800, height: 500 };
const crowd = Array.from({ length: 300 }, (_, i) => node('feature', i % 3, i % 9, { influence: i / 300 }));
const layout = layOutGraph(scene(crowd), SIZE, theme, measure);
const whole = fitView(layout, SIZE);

describe('views of a graph', () => {
  it('turn places of the layout into places of the screen and back', () => {
    const view = { scale: 1.7, x: -30, y: 12 };
    const point = toLayout(view, toScreen(view, { x: 5, y: 9 }));
    expect(point.x).toBeCloseTo(5, 9);
    expect(point.y).toBeCloseTo(9, 9);
  });

  it('fit all between the headings', () => {
    const [from, to] = [
      toScreen(whole, { x: 0, y: 0 }),
      toScreen(whole, { x: layout.size.width, y: layout.size.height }),
    ];
    expect(from.x).toBeGreaterThanOrEqual(layout.headings.left - 0.01);
    expect(from.y).toBeGreaterThanOrEqual(layout.headings.top - 0.01);
    expect(to.x).toBeLessThanOrEqual(SIZE.width - layout.headings.right + 0.01);
    expect(to.y).toBeLessThanOrEqual(SIZE.height - layout.headings.bottom + 0.01);
  });

  it('zoom about a point that stays', () => {
    const at = { x: 400, y: 250 };
    const before = toLayout(whole, at);
    const after = toLayout(zoomed(whole, 2, at, layout, SIZE), at);
    expect(after.x).toBeCloseTo(before.x, 6);
    expect(after.y).toBeCloseTo(before.y, 6);
  });

  it('zoom neither to nothing nor without end', () => {
    const far = zoomed(whole, 1e-9, { x: 0, y: 0 }, layout, SIZE);
    expect(far.scale).toBeCloseTo(whole.scale / 2, 9);
    expect(zoomed(whole, 1e9, { x: 0, y: 0 }, layout, SIZE).scale).toBe(12);
  });

  it('cannot be moved so far that nothing is in sight', () => {
    for (const [dx, dy] of [
      [1e6, 0],
      [-1e6, 0],
      [0, 1e6],
      [-1e6, -1e6],
    ] as const) {
      const view = panned(whole, dx, dy, layout, SIZE);
      const seen = toScreen(view, { x: 0, y: 0 });
      const end = toScreen(view, { x: layout.size.width, y: layout.size.height });
      expect(seen.x < SIZE.width && end.x > 0 && seen.y < SIZE.height && end.y > 0).toBe(true);
    }
  });

  it('reveal a point by moving no farther than needed', () => {
    expect(revealing(whole, { x: layout.x[0]!, y: layout.y[0]! }, layout, SIZE)).toEqual(whole);
    const near = zoomed(whole, 8, { x: 800, y: 500 }, layout, SIZE);
    const view = revealing(near, { x: 0, y: 0 }, layout, SIZE);
    const { x, y } = toScreen(view, { x: 0, y: 0 });
    expect(x).toBeGreaterThanOrEqual(layout.headings.left);
    expect(y).toBeGreaterThanOrEqual(layout.headings.top);
    expect(view.scale).toBe(near.scale);
  });

  it('centre on a point as near as labels need, at most twice as near as the whole', () => {
    const at = { x: 10, y: 10 };
    const sparse = { ...layout, pitch: 40 / whole.scale };
    expect(centredOn(whole, at, sparse, SIZE).scale).toBeCloseTo(1.5 * whole.scale, 9);
    const dense = { ...layout, pitch: 1 / whole.scale };
    expect(centredOn(whole, at, dense, SIZE).scale).toBeCloseTo(2 * whole.scale, 9);
    const near = zoomed(whole, 5, at, layout, SIZE);
    expect(centredOn(near, at, dense, SIZE).scale).toBe(near.scale);
    const view = centredOn(whole, at, layout, SIZE);
    const { x } = toScreen(view, { x: 10, y: 10 });
    expect(x).toBeCloseTo((layout.headings.left + SIZE.width - layout.headings.right) / 2, 6);
  });
});
