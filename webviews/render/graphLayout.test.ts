import { describe, expect, it } from 'vitest';
import { layOutGraph } from './graphLayout';
import type { GraphLayout } from './graphLayout';
import { measure, node, scene, theme } from './testing/graphs';

const VIEW = { width: 900, height: 600 };
const layOut = (given: ReturnType<typeof scene>, view = VIEW): GraphLayout =>
  layOutGraph(given, view, theme, measure);
const at = ({ x, y }: GraphLayout, i: number): [number, number] => [x[i]!, y[i]!];

describe('layOutGraph', () => {
  const few = scene([
    node('token', -1, 0),
    node('token', -1, 1),
    node('feature', 0, 0, { influence: 0.4 }),
    node('feature', 2, 1, { influence: 0.9 }),
    node('feature', 2, 1, { influence: 0.1 }),
    node('logit', 3, 1, { probability: 0.5 }),
  ]);

  it('puts layers upwards and positions across', () => {
    const layout = layOut(few);
    const [token, low, high, logit] = [at(layout, 0), at(layout, 2), at(layout, 3), at(layout, 5)];
    expect(token[1]).toBeGreaterThan(low[1]);
    expect(low[1]).toBeGreaterThan(high[1]);
    expect(high[1]).toBeGreaterThan(logit[1]);
    expect(low[0]).toBe(token[0]);
    expect(high[0]).toBeGreaterThan(low[0]);
  });

  it('puts nodes of a cell side by side, strongest first', () => {
    const layout = layOut(few);
    expect(layout.y[3]).toBe(layout.y[4]);
    expect(layout.x[4]).toBeLessThan(layout.x[3]!);
    expect(layout.x[3]! - layout.x[4]!).toBeGreaterThan(2 * layout.radius);
  });

  it('gives no place to what is hidden', () => {
    const layout = layOut({ ...few, visible: [0, 1, 5] });
    expect(layout.x[3]).toBeNaN();
    expect(layout.x[5]).not.toBeNaN();
  });

  it('makes the column of a full cell wider, and breaks what is too full into lines', () => {
    const crowd = Array.from({ length: 120 }, (_, i) => node('feature', 1, 1, { influence: i / 120 }));
    const tokens = Array.from({ length: 6 }, (_, i) => node('token', -1, i));
    const layout = layOut(scene([...tokens, ...crowd]), { width: 500, height: 400 });
    expect(layout.columns[1]!.size).toBeGreaterThan(2 * layout.columns[0]!.size);
    const lines = new Set(crowd.map((_, i) => layout.y[6 + i]));
    expect(lines.size).toBeGreaterThan(2);
    const row = layout.rows[2]!;
    for (const line of lines) {
      expect(line).toBeGreaterThan(row.start);
      expect(line).toBeLessThan(row.start + row.size);
    }
  });

  it('keeps every two nodes apart and inside', () => {
    const nodes = Array.from({ length: 200 }, (_, i) =>
      node('feature', i % 3, (i * 7) % 5, { influence: i / 200 }),
    );
    const layout = layOut(scene(nodes));
    const distances = nodes.flatMap((_, a) =>
      nodes.slice(0, a).map((_, b) => Math.hypot(layout.x[a]! - layout.x[b]!, layout.y[a]! - layout.y[b]!)),
    );
    expect(Math.min(...distances)).toBeGreaterThan(2 * layout.radius - 0.01);
    expect(Math.min(...layout.x)).toBeGreaterThan(0);
    expect(Math.max(...layout.x)).toBeLessThan(layout.size.width);
  });

  it('keeps logits in one line, wide enough for upright labels', () => {
    const nodes = Array.from({ length: 10 }, (_, i) => node('logit', 3, 0, { probability: 1 / (i + 2) }));
    const layout = layOut(scene(nodes), { width: 300, height: 300 });
    expect(new Set(nodes.map((_, i) => layout.y[i])).size).toBe(1);
    expect(layout.x[1]! - layout.x[0]!).toBeGreaterThanOrEqual(20);
  });

  it('writes tokens across where that costs little, else upwards', () => {
    const tokens = (count: number) => scene(Array.from({ length: count }, (_, i) => node('token', -1, i)));
    expect(layOut(tokens(6)).upwards).toBe(false);
    expect(layOut({ ...tokens(60), tokens: Array.from({ length: 60 }, () => 'a long token') }).upwards).toBe(
      true,
    );
  });

  it('lays out a graph of nothing', () => {
    const layout = layOut(scene([node('token', -1, 0)], [], { visible: [], tokens: [] }));
    expect(Number.isFinite(layout.size.width) && Number.isFinite(layout.radius)).toBe(true);
  });
});
