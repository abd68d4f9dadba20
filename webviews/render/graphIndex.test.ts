import { describe, expect, it } from 'vitest';
import { GraphIndex } from './graphIndex';

/** Places with a fixed pattern of no regularity that buckets could profit from. */
const count = 500;
const x = Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) - 200);
const y = Float32Array.from({ length: count }, (_, i) => ((i * 104_729) % 613) - 100);
x[13] = NaN;
const index = new GraphIndex(x, y, 32);

describe('GraphIndex', () => {
  it('finds the nearest node, as looking at all of them does', () => {
    for (const [px, py] of [
      [0, 0],
      [333.3, 77],
      [-199, 400],
      [5000, 5000],
    ] as const)
      for (const reach of [3, 30, 3000]) {
        const distances = Array.from(x, (place, i) => Math.hypot(place - px, y[i]! - py));
        const least = Math.min(...distances.filter((distance) => !Number.isNaN(distance)));
        const found = index.nearest(px, py, reach);
        if (least > reach) expect(found).toBeNull();
        else expect(distances[found!]).toBeCloseTo(least, 6);
      }
  });

  it('finds what is inside a box, its rim included', () => {
    for (const box of [
      { x: 0, y: 0, width: 100, height: 100 },
      { x: x[7]!, y: y[7]!, width: 0, height: 0 },
      { x: -1e6, y: -1e6, width: 2e6, height: 2e6 },
    ]) {
      const expected = Array.from(x.keys()).filter(
        (i) => x[i]! >= box.x && x[i]! <= box.x + box.width && y[i]! >= box.y && y[i]! <= box.y + box.height,
      );
      expect(expected.length).toBeGreaterThan(0);
      expect(index.within(box).sort((a, b) => a - b)).toEqual(expected);
    }
  });

  it('knows nothing of nodes without a place', () => {
    expect(index.within({ x: -1e6, y: -1e6, width: 2e6, height: 2e6 })).not.toContain(13);
  });
});
